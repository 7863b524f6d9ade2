using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;
using Gorb.Model;

namespace Gorb.Access;

/// <summary>
/// The certificate that the client of a connection has shown. It is verified at the connection's first request, again when the authorities change, and refused from its end on: a
/// connection does not outlive the right to it.
/// </summary>
/// <param name="certificate">The certificate, encoded.</param>
/// <param name="sent">The certificates that the client sent with it, encoded.</param>
internal sealed class ClientCertificate(byte[] certificate, IReadOnlyList<byte[]> sent)
{
    /// <summary>The actor of a client is this and the common name of its certificate.</summary>
    public const string ActorPrefix = "cert/";

    private Verdict? _verdict;

    /// <summary>The client, its role and its scope.</summary>
    /// <exception cref="RequestException">The certificate is refused; the message says why.</exception>
    public Authority Authenticate(ClientAuthorities authorities, Role needed, DateTimeOffset now)
    {
        var verdict = _verdict;
        if (verdict is null || verdict.By != authorities || (verdict.Client is not null && now > verdict.ValidUntil))
        {
            _verdict = verdict = Verify(authorities, now);
        }

        return verdict.Client ?? throw RequestException.Unauthenticated(
            $"the request needs the role {RoleNames.Of(needed)}, and its client certificate is refused: {verdict.Problem}; \"gorb cert client NAME --role {RoleNames.Of(needed)}\" makes one");
    }

    private Verdict Verify(ClientAuthorities authorities, DateTimeOffset now)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(certificate);
        X509Certificate2[] others = [.. sent.Select(static one => X509CertificateLoader.LoadCertificate(one))];
        try
        {
            return authorities.Reject(leaf, [.. others], now) is { } problem ? new Verdict(authorities, null, problem, default) : Read(authorities, leaf);
        }
        finally
        {
            foreach (var other in others)
            {
                other.Dispose();
            }
        }
    }

    private static Verdict Read(ClientAuthorities authorities, X509Certificate2 leaf)
    {
        try
        {
            var client = CertificateRole.Read(leaf.SubjectName);
            return new Verdict(authorities, new Authority(ActorPrefix + client.Name, client.Role, client.Scope), null, leaf.NotAfter);
        }
        catch (FormatException error)
        {
            return new Verdict(authorities, null, error.Message, default);
        }
    }

    private sealed record Verdict(ClientAuthorities By, Authority? Client, string? Problem, DateTimeOffset ValidUntil);
}
