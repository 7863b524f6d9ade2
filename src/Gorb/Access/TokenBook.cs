using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Access;

/// <summary>Recognizes the secrets of tokens. A token counts from the moment its creation is answered until its revocation is, without a restart.</summary>
internal sealed class TokenBook(TableWriter tableWriter, FileToken file, InternalToken own, TimeProvider time)
{
    /// <summary>How exact the saved time of the last use is. Each save is a write to the disk.</summary>
    private static readonly TimeSpan UsePeriod = TimeSpan.FromHours(1);

    /// <summary>The last use of each token, by its hash: another token can have the name of a revoked one.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = [];

    /// <summary>When each last use was last given to the writer.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _posted = [];

    /// <summary>True when a client could show a token.</summary>
    public bool HasAny => file.Hash is not null || !tableWriter.Current.Tokens.IsEmpty;

    /// <summary>The client that a secret belongs to; null for a secret that is unknown, revoked or expired.</summary>
    public Authority? Find(string secret)
    {
        var hash = TokenSecret.Hash(secret);
        Authority? found = null;
        if (file.Hash is { } first && CryptographicOperations.FixedTimeEquals(first, hash))
        {
            found = Authority.Unlimited(FileToken.Actor);
        }

        if (own.Client is { } link && CryptographicOperations.FixedTimeEquals(own.Hash, hash))
        {
            found = link;
        }

        var now = time.GetUtcNow();
        Span<byte> saved = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var token in tableWriter.Current.Tokens.Values) // all of them, so that the time does not depend on which one matches
        {
            Convert.FromHexString(token.Hash, saved, out _, out _);
            if (CryptographicOperations.FixedTimeEquals(saved, hash) && !token.IsExpired(now))
            {
                found = new Authority(token.Name, token.Role, token.Scope);
                NoteUse(token, now);
            }
        }

        return found;
    }

    /// <summary>When a token was last used, as far as this daemon knows.</summary>
    public DateTimeOffset? LastUse(Token token) => _used.TryGetValue(token.Hash, out var used) && (token.LastUsed is not { } saved || used > saved) ? used : token.LastUsed;

    private void NoteUse(Token token, DateTimeOffset now)
    {
        _used[token.Hash] = now;
        if (IsDue(token.LastUsed, now) && (!_posted.TryGetValue(token.Hash, out var posted) || IsDue(posted, now)))
        {
            _posted[token.Hash] = now;
            _ = SaveUseAsync(token, now);
        }
    }

    private static bool IsDue(DateTimeOffset? saved, DateTimeOffset now) => saved is not { } at || now - at >= UsePeriod;

    /// <summary>Saves the time of a use. A failure is no loss: a later use is saved.</summary>
    private async Task SaveUseAsync(Token token, DateTimeOffset now)
    {
        try
        {
            await tableWriter.ChangeAsync(new ChangeOrigin(Actors.Writer), transaction =>
            {
                if (transaction.After.Tokens.TryGetValue(token.Name, out var present) && present.Hash == token.Hash)
                {
                    transaction.PutToken(present with { LastUsed = now });
                }
            }).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (RequestException)
        {
            return; // the daemon is stopping
        }
    }
}
