using System.Globalization;
using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Processes;

/// <summary>The code and the constants of the program and its libraries, which the kernel maps from their files.</summary>
public static partial class FilePages
{
    private const string Mappings = "/proc/self/smaps";
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>
    /// Takes code and constants out of the resident memory of this process. The kernel still has them in its cache of files, and maps what is used again, sixteen pages at a time. A start
    /// uses much of both once; without this call, all of it counts as memory of the process for good.
    /// </summary>
    /// <returns>False where that is not possible, such as without /proc; nothing has changed then.</returns>
    public static bool Release() => File.Exists(Mappings) && Find().TrueForAll(static part => Advise(part.Start, part.Length, DontNeed) == 0);

    /// <summary>The mappings of files that the process cannot write and has not written. What has been written to others would be lost.</summary>
    private static List<(nint Start, nint Length)> Find()
    {
        var found = new List<(nint, nint)>();
        string? range = null;
        foreach (var line in File.ReadLines(Mappings))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries); // proc_pid_maps(5): range, rights, offset, device, inode, path; then members with their values
            if (fields[0][^1] != ':')
            {
                range = fields is [_, "r--p" or "r-xp", _, _, _, ['/', ..], ..] ? fields[0] : null;
            }
            else if (range is not null && fields is ["Anonymous:", "0", ..]) // pages that differ from the file
            {
                var ends = range.Split('-');
                var start = nint.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                found.Add((start, nint.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) - start));
            }
        }

        return found;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint start, nint length, int advice);
}
