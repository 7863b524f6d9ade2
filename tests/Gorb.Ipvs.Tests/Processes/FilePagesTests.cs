using System.Globalization;
using Gorb.Ipvs.Processes;

namespace Gorb.Ipvs.Tests.Processes;

public sealed class FilePagesTests
{
    /// <summary>The program of the tests does no more than to start the runtime, so that nothing of its code runs again.</summary>
    [Fact]
    public void Release_TakesTheProgramsCodeOutOfResidentMemory()
    {
        Resident("r-xp").Should().BePositive("the code has run");

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
