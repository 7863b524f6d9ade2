using Gorb.Ipvs.Files;
using Gorb.Model;

namespace Gorb.Platform;

/// <summary>Reads a file with a secret. A file that other users can read or write is refused: its secret is known, or is another's.</summary>
internal static class SecretFile
{
    private const int MaxBytes = 4096;
    private const UnixFileMode Foreign = (UnixFileMode)0b111_111;

    /// <summary>Reads the first line.</summary>
    /// <exception cref="SettingException">The file is missing, empty, too long, or open to other users.</exception>
    public static string Read(string path)
    {
        try
        {
            if (FileStatus.Of(path) is not { IsRegularFile: true } status)
            {
                throw new SettingException($"{path} is not there, or is not a file");
            }

            if ((status.Permissions & Foreign) != 0)
            {
                throw new SettingException($"{path} holds a secret, and other users can read or write it (mode {Convert.ToString((int)status.Permissions, 8)}): chmod 600 {path}");
            }

            if (status.Length > MaxBytes)
            {
                throw new SettingException($"{path} has {status.Length} bytes; a file with one secret has {MaxBytes} at most");
            }

            var secret = File.ReadLines(path).FirstOrDefault("").Trim();
            return secret.Length > 0 ? secret : throw new SettingException($"{path} is empty; its first line must be the secret");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingException($"{path} cannot be read: {error.Message}", inner: error);
        }
    }
}
