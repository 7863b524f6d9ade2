using System.Buffers.Binary;
using Gorb.Model;

namespace Gorb.State;

/// <summary>Looks at a state file before SQLite does, so that a file which is not for this version is not even opened for writing.</summary>
internal static class StateFile
{
    /// <summary>"Gorb" in the header of the file, where SQLite has room for the name of the program it belongs to.</summary>
    public const int ApplicationId = 0x476F7262;

    /// <summary>The whole header; SQLite File Format, 1.3.</summary>
    private const int HeaderBytes = 100;

    private const int UserVersionOffset = 60;
    private const int ApplicationIdOffset = 68;

    /// <summary>Checks an existing file, or makes an empty one with its directory, for this user alone.</summary>
    /// <returns>True when it was made.</returns>
    /// <exception cref="StateException">The file is not one that this version may open.</exception>
    public static bool Prepare(string path)
    {
        try
        {
            if (StateProtection.Prepare(path))
            {
                return true;
            }

            CheckHeader(path);
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StateException($"the state file {path} cannot be used: {error.Message}; --state names another, --state none does without", inner: error);
        }
    }

    private static void CheckHeader(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        var length = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (length == 0)
        {
            return; // made and not yet written
        }

        if (length < HeaderBytes || !header.StartsWith("SQLite format 3\0"u8))
        {
            throw SqliteErrors.Damaged(path, "it does not begin as an SQLite database does");
        }

        Check(path, BinaryPrimitives.ReadInt32BigEndian(header[UserVersionOffset..]), BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]));
    }

    /// <exception cref="StateException">The file is another program's, or a later version's.</exception>
    public static void Check(string path, int version, int applicationId)
    {
        if (applicationId != ApplicationId && (applicationId != 0 || version != 0))
        {
            throw new StateException($"{path} is the database of another program; --state names another file. Nothing in it was changed");
        }

        if (version > Schema.Version)
        {
            throw new StateException(
                $"the state file {path} was written by a later version of Gorb (format {version}; this one reads up to {Schema.Version}): "
                + "run that version, or name another file with --state. Nothing in it was changed");
        }
    }
}
