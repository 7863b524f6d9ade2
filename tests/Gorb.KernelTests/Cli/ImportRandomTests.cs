using System.Text.RegularExpressions;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cli;

/// <summary>
/// The contract of <c>gorb import ipvsadm</c>: for all input that <c>ipvsadm -R</c> accepts, <c>gorb import | gorb apply</c> gives the same <c>ipvsadm
/// -Sn</c>.
/// </summary>
public sealed partial class ImportRandomTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const int Services = 40;

    /// <summary>Each seed is a table of 40 services, in all notations that ipvsadm accepts.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Import_Applied_GivesTheTableThatIpvsadmMakes(int seed)
    {
        var rules = RandomRules.Make(seed, Services);
        await ShouldGiveTheSameAsync(rules, $"seed {seed}");
    }

    /// <summary>Lines without options, and lines that ipvsadm prints but cannot read: a mark from 2^31, and -b without a name.</summary>
    [Fact]
    public async Task Import_DefaultsAndComments_AreThoseOfIpvsadm() => await ShouldGiveTheSameAsync(
        [
            "# rules of the two web servers", "-A -t 192.0.2.10:80", "-a -t 192.0.2.10:80 -r 192.0.2.21:80 -m", "-a -t 192.0.2.10:80 -r 192.0.2.22:80 -m -w 3", "", "-a -t 192.0.2.10:80 -r 192.0.2.23:80",
            "-A -u 192.0.2.10:53 -s rr -p", "-A -t localhost:http -s rr", "-a -t localhost:http -r localhost -m", "-A -u 192.0.2.11:domain", "-a -u 192.0.2.11:domain -r 192.0.2.24:5353 -m",
        ],
        "the lines of issue 17");

    [Fact]
    public async Task Import_OfWhatIpvsadmPrintsAndCannotRead_GivesTheSameTable()
    {
        Shell.Run("ipvsadm", "-A", "-f", "2147483648", "-s", "rr");
        Shell.Run("ipvsadm", "-a", "-f", "2147483648", "-r", "192.0.2.21:0", "-g");
        Shell.Run("ipvsadm", "-A", "-u", "192.0.2.10:54", "-s", "sh", "-b", "flag-3");
        var saved = Shell.Run("ipvsadm", "-Sn");
        saved.Should().Contain("-f -2147483648").And.Contain("-b \n");
        Kernel.ClearTable();

        await ApplyAsync(saved, "what ipvsadm prints");

        Lines(Shell.Run("ipvsadm", "-Sn")).Should().Equal(Lines(saved));
    }

    /// <summary>The lines in the order of the text: the kernel's order is by a hash, and on 7.2 another one after each boot.</summary>
    private static IEnumerable<string> Lines(string saved) => saved.Split('\n').Order(StringComparer.Ordinal);

    private async Task ShouldGiveTheSameAsync(IReadOnlyList<string> rules, string what)
    {
        var text = string.Join('\n', rules) + '\n';
        using var file = new TemporaryFile(string.Join('\n', rules.Where(line => !line.StartsWith('#'))) + '\n'); // like ipvsadm-restore
        Shell.Run("sh", "-c", $"ipvsadm -R <{file.Path} 2>&1 | (! grep .)");
        var wanted = Shell.Ipvsadm();
        wanted.Should().Contain(line => line.StartsWith("-A"), "ipvsadm has read them");
        var thresholds = Shell.IpvsadmThresholds();
        Kernel.ClearTable();

        await ApplyAsync(text, what);

        Shell.Ipvsadm().Should().Equal(wanted, "{0} was\n{1}", what, text);
        Shell.IpvsadmThresholds().Should().BeEquivalentTo(thresholds);
    }

    /// <summary>Imports and applies lines. No server answers at their addresses, so health checks are switched off.</summary>
    private async Task ApplyAsync(string rules, string what)
    {
        var imported = await VerbResult.RunAsync(rules, "import", "ipvsadm", "-");
        (imported.Status, imported.Errors).Should().Be((0, ""), "{0} was\n{1}", what, rules);
        await Gorb.PutAsync("/config", FirstMember().Replace(imported.Output, "$0\n    pulse: { type: none }"));
    }

    [GeneratedRegex("^    (host|fwmark): .*$", RegexOptions.Multiline)]
    private static partial Regex FirstMember();
}
