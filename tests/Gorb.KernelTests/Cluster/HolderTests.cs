using System.Net;
using System.Text.RegularExpressions;
using Gorb.KernelTests.Cluster.Chaos;
using Gorb.KernelTests.Lab;
using Gorb.Tests.Verbs;

namespace Gorb.KernelTests.Cluster;

/// <summary>One director has the addresses, whatever happens to it, and an observer on the link never hears two.</summary>
public sealed class HolderTests(ThreeDirectors hosts) : IClassFixture<ThreeDirectors>
{
    private const string Four = "10.9.0.150", Six = "fd00:9::150", Services = $"services: {{ four: {{ host: {Four}, port: 80 }}, six: {{ host: '{Six}', port: 80 }} }}\n";

    [Fact]
    public async Task Addresses_HaveOneHolder_ThroughDeath_Stop_Cut_AndHandOver()
    {
        var directors = ThreeDirectors.Names.Zip(await Task.WhenAll(ThreeDirectors.Names.Select(StartAsync))).ToDictionary();
        await using var observer = new LinkObserver(IPAddress.Parse(Four), IPAddress.Parse(Six));
        try
        {
            // The hosts have no other address of that network: the device that gets the address is asked all the same.
            using (new HeldAddress(NetworkNamespace.Client, Six))
            {
                await PatientlyAsync(directors["da"], HttpMethod.Put, "/config", Services);
                await Eventually.Async(() => Task.FromResult(directors.Values.Any(static director => director.Log.Contains($"{Six} cannot be taken", StringComparison.Ordinal))), () => Log(directors));
            }

            await WaitAsync(() => observer.FindHolder6(directors.Keys), () => Log(directors));

            var first = await MovesAsync(directors.Keys);
            await directors[first].KillAsync();
            var second = await MovesAsync(directors.Keys.Except([first]));
            await directors[first].DisposeAsync();
            directors[first] = await StartAsync(first);

            directors[second].Signal("STOP");
            var third = await MovesAsync(directors.Keys.Except([second]));
            directors[second].Signal("CONT");
            await ElsewhereAsync(directors[second]);

            var mend = Cuts.Cut(third, Cuts.FromMembers(ThreeDirectors.Names, Way.Out));
            var fourth = await MovesAsync(directors.Keys.Except([third]));
            mend();
            await ElsewhereAsync(directors[third]);

            await RunAsync("director drain", fourth, directors[fourth]);
            await MovesAsync(directors.Keys.Except([fourth]));
            await RunAsync("director resume", fourth, directors[fourth]);
            await RunAsync("cluster", fourth, directors[fourth]);

            observer.Doubled.Should().BeNull("{0}", Log(directors));
            observer.Rounds.Should().BePositive();
        }
        finally
        {
            foreach (var director in directors.Values)
            {
                director.Signal("CONT");
                await director.DisposeAsync();
            }
        }

        Task<string> MovesAsync(IEnumerable<string> candidates) => WaitAsync(() => observer.FindHolder4(candidates), () => Log(directors));
    }

    private static string Log(Dictionary<string, GorbProcess> directors) => string.Join("\n---\n", directors.Values.Select(static director => director.Log));

    private Task<GorbProcess> StartAsync(string name) => GorbProcess.StartOnAsync(
        name, "-i", "eth0", "--state", hosts.State(name), "--cluster", ThreeDirectors.Cluster, "--director", name, "--vip-interface", "eth0", "--vip-lease", "6");

    /// <summary>Runs a verb at a director until it ends as it should: it is refused, or finds others behind, while etcd is not there yet.</summary>
    private static async Task RunAsync(string verb, string director, GorbProcess gorb)
    {
        var wanted = VerbCases.All.Single(one => one.Verb == verb && one.IsOfCluster);
        VerbResult? ran = null;
        await Eventually.Async(
            async () =>
            {
                ran = await VerbResult.RunProgramAsync(["ip", "netns", "exec", director, .. VerbLine.Command(wanted.Line, gorb, "/", director)]);
                return ran.Status == wanted.Status && Regex.IsMatch(ran.Output, wanted.Prints.Replace("$DIRECTOR", director, StringComparison.Ordinal), RegexOptions.Multiline);
            },
            () => $"{ran}\n{gorb.Log}");
    }

    /// <summary>Waits until a director knows that another one has the IPv4 address.</summary>
    private static Task ElsewhereAsync(GorbProcess director) => Eventually.Async(
        async () => (await director.GetAsync("/vip")).EnumerateArray().First(static vip => vip.GetProperty("address").GetString() == Four).GetProperty("state").GetString() == "elsewhere", () => director.Log);

    /// <summary>Sends what is refused while etcd is not there yet.</summary>
    private static Task PatientlyAsync(GorbProcess director, HttpMethod method, string path, string? body) => Eventually.Async(
        async () => (await director.SendAsync(method, path, body)).StatusCode == HttpStatusCode.OK, () => director.Log);

    private static async Task<string> WaitAsync(Func<string?> find, Func<string> describe)
    {
        string? found = null;
        await Eventually.Async(() => Task.FromResult((found = find()) is not null), describe);
        return found!;
    }
}
