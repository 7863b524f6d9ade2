using System.Globalization;
using System.Text.RegularExpressions;
using Gorb.KernelTests.Lab;
using Gorb.Tests.Verbs;

namespace Gorb.KernelTests.Cli;

/// <summary>Every verb of the published program against a daemon and its kernel, once right and once wrong: the exit status, and what it prints.</summary>
public sealed class EveryVerbTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const string Services = """
        services:
          web:
            host: 10.9.0.100
            port: 80
            method: rr
            pulse: { type: none }
            backends:
              b1: { host: 10.9.0.21, port: 80 }
              b2: { host: 10.9.0.22, port: 80 }
          shop:
            host: 10.9.0.100
            port: 8080
            pulse: { type: tcp, interval: 1s }
            backends:
              s1: { host: 10.9.0.23, port: 80 }

        """;

    private const string Document = """
        services:
          web:
            host: 10.9.0.100
            port: 80
            method: wlc
            pulse: { type: none }
            backends:
              b1: { host: 10.9.0.21, port: 80 }

        """;

    /// <summary>The one setting of NAT that the lab's director lacks.</summary>
    private readonly Setting _announce = new("net.ipv4.conf.br0.arp_announce", "2");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gorb-verbs-");

    /// <summary>The lines that another one ends, or a signal.</summary>
    public static TheoryData<string> Waiting => [.. VerbCases.All.Where(static one => !one.EndsAlone).Select(static one => one.Line)];

    /// <summary>One shell runs them all: in a lab kernel each process costs more than the verb.</summary>
    [Fact]
    public async Task Lines_EndWithTheirStatus()
    {
        var verbs = VerbCases.All.Where(static one => one.EndsAlone && !one.IsOfCluster).ToList();
        await PrepareAsync();

        await using var shell = Start(string.Concat(verbs.Select(static (verb, number) => string.Create(CultureInfo.InvariantCulture, $"(\n{verb.Line}\n) >{number}.out 2>&1; echo $? >{number}.status\n"))));
        await shell.EndAsync();

        verbs.Select((verb, number) => Judge(verb, Read($"{number}.status"), Read($"{number}.out"))).OfType<string>().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public async Task LineThatWaits_EndsWithItsStatus(string line)
    {
        var verb = VerbCases.All.Single(one => one.Line == line);
        await PrepareAsync();

        await using var shell = Start(line);
        await RunMeanwhileAsync(verb, shell);
        if (verb.InterruptedAfter is { } text)
        {
            await shell.LogsAsync(text);
            shell.Signal("TERM");
        }

        var status = await shell.EndAsync();
        Judge(verb, status.ToString(CultureInfo.InvariantCulture), shell.Log).Should().BeNull();
    }

    public override async ValueTask DisposeAsync()
    {
        _announce.Dispose();
        _folder.Delete(recursive: true);
        await base.DisposeAsync();
    }

    private async Task PrepareAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, VerbCases.Document), Document, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, VerbCases.Rules), "-A -t 10.9.0.100:80 -s rr\n", TestContext.Current.CancellationToken);
        await Gorb.PutAsync("/config", Services);
    }

    /// <summary>Runs what the verb waits for until it has ended, or has printed what it waits for.</summary>
    private async Task RunMeanwhileAsync(VerbCase verb, LoggedProcess shell)
    {
        for (var i = 1; verb.Meanwhile is { } other && !shell.HasExited && !(verb.InterruptedAfter is { } text && shell.Log.Contains(text, StringComparison.Ordinal)); i++)
        {
            await using var change = Start(string.Create(CultureInfo.InvariantCulture, $"N={i}; {other}"));
            (await change.EndAsync()).Should().Be(0, change.Log);
        }
    }

    /// <returns>What is wrong; null for nothing.</returns>
    private static string? Judge(VerbCase verb, string status, string printed)
    {
        var text = string.Join('\n', printed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return status.Trim() == verb.Status.ToString(CultureInfo.InvariantCulture) && Regex.IsMatch(text, verb.Prints, RegexOptions.Multiline)
            ? null
            : $"{verb.Line}\nended with {status.Trim()}, not {verb.Status}, or did not print {verb.Prints}, but:\n{text}";
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_folder.FullName, file));

    private LoggedProcess Start(string line)
    {
        var command = VerbLine.Command(line, Gorb, _folder.FullName, director: "lb1");
        return new LoggedProcess(command[0], command[1..]);
    }
}
