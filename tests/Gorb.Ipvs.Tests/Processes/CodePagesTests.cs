using System.Globalization;
using Gorb.Ipvs.Processes;

namespace Gorb.Ipvs.Tests.Processes;

public sealed class CodePagesTests
{
    /// <summary>The program of the tests does no more than to start the runtime, so that nothing of its code runs again.</summary>
    [Fact]
    public void Release_TakesTheProgramsCodeOutOfResidentMemory()
    {
        Resident().Should().BePositive("the code has run");

        CodePages.Release().Should().BeTrue();

        Resident().Should().Be(0);
    }

    /// <summary>The resident kilobytes of the code in the program's file.</summary>
    private static int Resident()
    {
        var sum = 0;
        var isCode = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            isCode = words[0].Contains('-') ? words is [_, "r-xp", .., var path] && path == Environment.ProcessPath : isCode;
            sum += isCode && words[0] == "Rss:" ? int.Parse(words[1], CultureInfo.InvariantCulture) : 0;
        }

        return sum;
    }
}
