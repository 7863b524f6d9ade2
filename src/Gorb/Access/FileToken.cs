using Gorb.Model;
using Gorb.Platform;

namespace Gorb.Access;

/// <summary>
/// The token of a file (<c>--token-file</c>), or without one of the environment, which is an admin from the first start on: by it a fresh installation can be used from elsewhere. The
/// file is read at the start and at SIGHUP.
/// </summary>
internal sealed partial class FileToken(string? path, string? first, ILogger<FileToken> logger)
{
    /// <summary>The actor of changes by this token.</summary>
    public const string Actor = "token-file";

    private readonly ILogger _logger = logger;
    private volatile byte[]? _hash = path is not null ? Read(path) : first is not null ? Hashed(first, SecretVariables.FirstToken, "head -c 32 /dev/urandom | base64") : null;

    /// <summary>The hash of the secret; null without a file.</summary>
    public byte[]? Hash => _hash;

    /// <summary>Reads the file again. When that fails, the former token stays.</summary>
    public void Reload()
    {
        if (path is null)
        {
            return;
        }

        try
        {
            _hash = Read(path);
        }
        catch (SettingException error)
        {
            LogKept(error.Message);
        }
    }

    /// <exception cref="SettingException">The file cannot be used.</exception>
    private static byte[] Read(string path) => Hashed(SecretFile.Read(path), path, $"(umask 077; head -c 32 /dev/urandom | base64 >{path})");

    private static byte[] Hashed(string secret, string place, string remedy) => secret.Length >= TokenSecret.MinLength
        ? TokenSecret.Hash(secret)
        : throw new SettingException($"the token of {place} has {secret.Length} characters; {TokenSecret.MinLength} random ones are needed: {remedy}");

    [LoggerMessage(3110, LogLevel.Warning, "The former token of --token-file stays in use: {Reason}")]
    private partial void LogKept(string reason);
}
