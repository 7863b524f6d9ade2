using System.Globalization;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>
/// Hundreds of clients visit every scheduler while backends go down, drain and return: no client is refused while a backend is healthy, and shares follow
/// the weights. There is one service for each scheduler, with a sorry backend in reserve; the clients visit all of them at each step.
/// </summary>
public sealed class CrowdTests(SharedDaemon daemon, Crowd crowd) : KernelTest(daemon), IClassFixture<Crowd>
{
    /// <summary>The number of clients for steps in which shares do not matter.</summary>
    private const int Few = 64;

    /// <summary>Keeps each run of the program short, also on a slow kernel.</summary>
    private const int ServicesAtOnce = 4;

    private const int FirstSource = 12_000;

    /// <summary>The schedulers of every kernel.</summary>
    private static readonly string[] Common = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "fo", "ovf", "mh"];

    private static int _source = FirstSource + 1000;

    private readonly List<string> _faults = [];
    private string[] _schedulers = Common;
    private string _kind = "";
    private int _port;

    private bool IsUdp => _kind == "udp";

    private bool IsSticky => _kind != "plain";

    [Theory]
    [InlineData("plain", 21_000)]
    [InlineData("persistent", 21_100)]
    [InlineData("udp", 21_200)]
    public Task Clients_WhileBackendsComeAndGo_AreServedByTheWeights(string kind, int port) => ServeAsync(kind, port);

    [Fact]
    [Trait(KernelFeature.Trait, KernelFeature.TwosName)]
    public Task Twos_WhileBackendsComeAndGo_ServesByTheWeights()
    {
        _schedulers = ["twos"];
        return ServeAsync("plain", 21_300);
    }

    private async Task ServeAsync(string kind, int port)
    {
        (_kind, _port) = (kind, port);
        await Gorb.PutAsync("/config", Table());
        Shell.Ipvsadm().Where(IsSorry).Should().BeEmpty("the sorry backend is not in the kernel");

        var first = Visit(0);
        CheckNewClients("all are up", first, Network.Backends);

        await PatchAsync("""{"force": "down"}""", "b1");
        var moved = Visit(0);
        CheckReturningClients("b1 is down", first, moved, ["b2", "b3"]);

        await PatchAsync("""{"force": null}""", "b1");
        if (IsSticky)
        {
            CheckReturningClients("b1 is back", moved, Visit(0, Few), Network.Backends);
        }

        var second = Visit(1);
        CheckNewClients("b1 is back", second, Network.Backends, hadFlows: true);

        await PatchAsync("""{"drain": true}""", "b2");
        if (IsUdp)
        {
            CheckReturningClients("b2 drains", second, Visit(1, Few), Network.Backends); // UDP flows continue until they end
            CheckNewClients("b2 drains", Visit(0, isNewFlow: true), ["b1", "b3"], hadFlows: true);
        }
        else
        {
            CheckReturningClients("b2 drains", second, Visit(1), ["b1", "b3"]);
        }

        await PatchAsync("""{"drain": false, "force": "down"}""", [.. Network.Backends]);
        Visit(1, Few).Zip(_schedulers).Where(service => service.First.Any(answer => answer != Crowd.Sorry)).Should().BeEmpty("all are down, and the sorry backend serves");

        await PatchAsync("""{"force": null}""", [.. Network.Backends]);
        Shell.Ipvsadm().Where(IsSorry).Should().BeEmpty("the sorry backend is removed from the kernel again");
        AddFaults("all are back", Visit(1, Few), (_, answers, _) => SchedulerGuarantees.UnservedFault(answers, Network.Backends) ?? []);
        _faults.Should().BeEmpty();
    }

    /// <summary>A document with a service for each scheduler.</summary>
    private string Table() => JsonSerializer.Serialize(new
    {
        services = _schedulers.Index().ToDictionary(scheduler => scheduler.Item, scheduler => new
        {
            host = $"{Network.Vip4}",
            port = _port + scheduler.Index,
            protocol = IsUdp ? "udp" : "tcp",
            method = scheduler.Item,
            persistent = _kind == "persistent",
            pulse = new { type = "none" },
            fallback = "sorry",
            sorry = new { host = $"{Network.Address("b3")}", port = Crowd.SorryPort },
            backends = Network.Backends.Index().ToDictionary(backend => backend.Item, backend => new
            {
                host = $"{Network.Address(backend.Item)}",
                port = Crowd.BackendPort,
                weight = SchedulerGuarantees.Of(scheduler.Item, IsUdp).Weights[backend.Index],
            }),
        }),
    });

    /// <summary>Changes backends of all services at once.</summary>
    private Task PatchAsync(string body, params string[] backends) =>
        Task.WhenAll(_schedulers.SelectMany(scheduler => backends.Select(backend => Gorb.PatchAsync($"/service/{scheduler}/{backend}", body))));

    /// <param name="group">The group of clients.</param>
    /// <param name="clients">The number of clients; null for as many as the shares of each scheduler need.</param>
    /// <param name="isNewFlow">True for UDP flows other than the earlier ones.</param>
    private string[] Visit(int group, int? clients = null, bool isNewFlow = false)
    {
        var source = IsUdp && !isNewFlow ? FirstSource : _source += _schedulers.Length;
        return [.. _schedulers.Index().GroupBy(scheduler => clients ?? SchedulerGuarantees.Of(scheduler.Item, IsUdp).Clients)
            .SelectMany(some => some.Chunk(ServicesAtOnce).SelectMany(services =>
                crowd.Visit(IsUdp ? "udp" : "tcp", _port + services[0].Index, services.Length, group, some.Key, source + services[0].Index)))];
    }

    private void CheckNewClients(string when, string[] answers, IReadOnlyList<string> healthy, bool hadFlows = false) =>
        AddFaults(when, answers, (guarantees, answer, _) => guarantees.FaultsForNewClients(answer, healthy, hadFlows));

    /// <summary>Clients of an earlier step. In a service without persistence they count as new each time.</summary>
    private void CheckReturningClients(string when, string[] before, string[] answers, IReadOnlyList<string> healthy) => AddFaults(when + ", returning clients", answers, (guarantees, answer, service) =>
        IsSticky ? guarantees.FaultsForReturningClients(before[service][..answer.Length], answer, healthy) : guarantees.FaultsForNewClients(answer, healthy));

    private void AddFaults(string when, string[] answers, Func<SchedulerGuarantees, string, int, IEnumerable<string>> find) =>
        _faults.AddRange(_schedulers.Index().SelectMany(scheduler => find(SchedulerGuarantees.Of(scheduler.Item, IsUdp), answers[scheduler.Index], scheduler.Index)
            .Select(fault => $"{scheduler.Item}, {when}: {fault} ({Counts(answers[scheduler.Index])})")));

    private static bool IsSorry(string rule) => rule.Contains($":{Crowd.SorryPort} ", StringComparison.Ordinal);

    private static string Counts(string answers) => string.Join(", ", answers.CountBy(answer => answer).OrderBy(pair => pair.Key)
        .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}")));
}
