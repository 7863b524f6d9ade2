using System.Buffers.Binary;
using Gorb.Model;

namespace Gorb.State;

/// <summary>Checks a state file before SQLite opens it, so that a file of another program or a later version is not even opened for writing.</summary>
internal static class StateFile
{
    /// <summary>"Gorb" in the application ID of the file's header.</summary>
    public const int ApplicationId = 0x476F7262;

    /// <summary>The size of the header in bytes; SQLite File Format, 1.3.</summary>
    private const int HeaderBytes = 100;

    private const int UserVersionOffset = 60;
    private const int ApplicationIdOffset = 68;

    /// <summary>Checks an existing file, or creates an empty one with its directory, accessible to this user only.</summary>
    /// <returns>True when the file was created.</returns>
    /// <exception cref="StateException">This version must not open the file.</exception>
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
            return; // created, but not yet written
        }

        if (length < HeaderBytes || !header.StartsWith("SQLite format 3\0"u8))
        {
            throw SqliteErrors.Damaged(path, "it does not begin as an SQLite database does");
        }

        Check(path, BinaryPrimitives.ReadInt32BigEndian(header[UserVersionOffset..]), BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]));
    }

    /// <exception cref="StateException">The file belongs to another program or a later version.</exception>
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
