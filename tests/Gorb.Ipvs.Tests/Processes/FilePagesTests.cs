using System.Globalization;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Processes;

namespace Gorb.Ipvs.Tests.Processes;

public sealed class FilePagesTests
{
    /// <summary>The program of the tests does no more than to start the runtime, so that nothing of its code runs again.</summary>
    [Fact]
    public void Release_TakesTheProgramsCodeOutOfResidentMemory()
    {
        ReadCode(); // the kernel can take pages of files out of the memory of a process at any time, and another test may have released them
        Resident("r-xp").Should().BePositive();

        FilePages.Release().Should().BeTrue();

        Resident("r-xp").Should().Be(0);
    }

    /// <summary>The loader has written addresses there, and has made it read-only.</summary>
    [Fact]
    public void Release_KeepsWhatTheLoaderHasWritten()
    {
        var written = Resident("r--p", "Anonymous:");
        written.Should().BePositive();

        FilePages.Release().Should().BeTrue();

        Resident("r--p", "Anonymous:").Should().Be(written);
    }

    /// <summary>Reads a byte of each part of the program's code.</summary>
    private static void ReadCode()
    {
        foreach (var line in File.ReadLines("/proc/self/maps").Where(static line => line.EndsWith(Environment.ProcessPath!, StringComparison.Ordinal) && line.Contains(" r-xp ", StringComparison.Ordinal)))
        {
            Marshal.ReadByte(nint.Parse(line.AsSpan(0, line.IndexOf('-', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The kilobytes of the program's file that are mapped with these rights.</summary>
    private static int Resident(string rights, string member = "Rss:")
    {
        var sum = 0;
        var isCounted = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            isCounted = words[0][^1] != ':' ? words is [_, var found, .., var path] && found == rights && path == Environment.ProcessPath : isCounted;
            sum += isCounted && words[0] == member ? int.Parse(words[1], CultureInfo.InvariantCulture) : 0;
        }

        return sum;
    }
}
