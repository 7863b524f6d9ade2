using Gorb.Ipvs.Files;
using Gorb.Ipvs.Processes;
using Gorb.Model;

namespace Gorb.Platform;

/// <summary>
/// The folder below which checks may run programs (--exec-dir). Nobody but root and the daemon's user may change anything on the way to a program, so what has been checked cannot be
/// replaced before it runs.
/// </summary>
internal sealed class ExecDirectory
{
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string _given;
    private readonly string _real;

    /// <param name="path">The folder, as given.</param>
    /// <exception cref="SettingException">There is no such folder, or other users can change it.</exception>
    public ExecDirectory(string path)
    {
        _given = path.Length > 1 ? path.TrimEnd('/') : path;
        if (!IsPlain(_given) || _given == "/")
        {
            throw new SettingException($"--exec-dir '{path}' must be the full path of a folder, without \".\" and \"..\"");
        }

        try
        {
            using var folder = FileHandles.OpenFolder(_given);
            _real = new FileInfo($"/proc/self/fd/{folder.DangerousGetHandle()}").LinkTarget ?? _given; // without symbolic links
            for (var part = _real; part is not null; part = Path.GetDirectoryName(part))
            {
                if (ForeignHand(part, isAncestor: part != _real) is { } fault)
                {
                    throw new SettingException($"--exec-dir {path} is not safe: {fault}");
                }
            }
        }
        catch (IOException error)
        {
            throw new SettingException($"--exec-dir {path} cannot be used: {error.Message}");
        }
    }

    /// <summary>Returns why a check may not run the program at a path, with the remedy; null when it may. A file that is missing is not refused: its start says so.</summary>
    public string? Fault(string program)
    {
        if (!IsPlain(program))
        {
            return $"must be a full path without \".\", \"..\" and empty parts, below {_given} (--exec-dir)";
        }

        var inside = Inside(program, _given) ?? Inside(program, _real);
        if (inside is null)
        {
            return $"must be below {_given} (--exec-dir): put the program there";
        }

        try
        {
            return FaultOnTheWay(inside);
        }
        catch (IOException error)
        {
            return $"cannot be examined: {error.Message}";
        }
    }

    private string? FaultOnTheWay(string inside)
    {
        var path = _real;
        foreach (var part in inside.Split('/'))
        {
            path = $"{path}/{part}";
            if (FileStatus.OfLink(path) is not { } status)
            {
                return null;
            }

            if (status.IsLink)
            {
                return $"leads through the symbolic link {path}, by which it could leave {_given} (--exec-dir): put the program itself there";
            }

            if (ForeignHand(path, isAncestor: false) is { } fault)
            {
                return $"is not safe: {fault}";
            }
        }

        return null;
    }

    /// <summary>Says how other users can change a file or folder; null when they cannot. In an ancestor with the sticky bit, such as /tmp, they can rename only what is theirs.</summary>
    private static string? ForeignHand(string path, bool isAncestor)
    {
        if (FileStatus.Of(path) is not { } status)
        {
            return $"{path} does not exist";
        }

        if (status.Owner != 0 && status.Owner != CurrentUser.Id)
        {
            return $"{path} belongs to the user {SystemNames.OfUser(status.Owner) ?? $"{status.Owner}"}, who can put other programs there: chown root {path}";
        }

        var isProtected = (status.Permissions & WritableByOthers) == 0 || (isAncestor && status.Permissions.HasFlag(UnixFileMode.StickyBit));
        return isProtected ? null : $"other users can write {path} (mode {Convert.ToString((int)status.Permissions, 8)}): chmod go-w {path}";
    }

    private static string? Inside(string program, string folder) =>
        program.StartsWith(folder, StringComparison.Ordinal) && program.Length > folder.Length + 1 && program[folder.Length] == '/' ? program[(folder.Length + 1)..] : null;

    private static bool IsPlain(string path) =>
        path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) && path[1..].Split('/').All(static part => part is not ("" or "." or ".."));
}
