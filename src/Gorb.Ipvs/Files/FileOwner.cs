using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Files;

/// <summary>Changes the owners of files, which .NET cannot (chown(2)).</summary>
public static class FileOwner
{
    /// <summary>Gives a file to a group. Its user stays the same. A process that is not root can only give its own files to its own groups.</summary>
    /// <param name="path">The path; a symbolic link is not followed.</param>
    /// <param name="group">The group id.</param>
    /// <exception cref="IOException">There is no such file, or this process may not give it to the group.</exception>
    /// <exception cref="ArgumentException">The path contains a zero byte.</exception>
    public static void SetGroup(string path, uint group) => Set(path, uint.MaxValue, group); // -1 keeps the user

    /// <summary>Gives a file to a user and a group. Only root can give it to another user.</summary>
    /// <param name="path">The path; a symbolic link is not followed.</param>
    /// <param name="user">The user id.</param>
    /// <param name="group">The group id.</param>
    /// <exception cref="IOException">There is no such file, or this process may not give it away.</exception>
    /// <exception cref="ArgumentException">The path contains a zero byte.</exception>
    public static unsafe void Set(string path, uint user, uint group)
    {
        fixed (byte* name = FileHandles.Name(path))
        {
            if (lchown(name, user, group) != 0)
            {
                throw FileHandles.Failure(path, errno);
            }
        }
    }
}
