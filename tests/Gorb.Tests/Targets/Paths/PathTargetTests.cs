using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Targets.Paths;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Gorb.Writer;

namespace Gorb.Tests.Targets.Paths;

/// <summary>The firewall-mark services of checks by path, over the faked kernel.</summary>
public sealed class PathTargetTests : IAsyncLifetime
{
    private const string Web = """{"host": "10.9.0.100", "port": 80}""";
    private const string Path = """ "pulse": {"type": "tcp", "via": "path"} """;

    private readonly TemporaryFile _file = new();
    private readonly FakeKernel _kernel = new();
    private TestDaemon _daemon = null!;

    private static uint First => MarkRange.Default.First;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task EachBackend_HasAMark_WithItAsOnlyDestination()
    {
        await _daemon.PutAsync("/service/web", Web);
        await _daemon.PutAsync("/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80, "method": "dr", "weight": 0, {{Path}} }""");
        await _daemon.PutAsync("/service/web/b2", $$"""{"host": "10.9.0.22", "port": 8080, "method": "nat", {{Path}} }""");
        await _daemon.PutAsync("/service/web/b3", $$"""{"host": "10.9.0.23", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080}, {{Path}} }""");

        var marks = Marks();
        marks.Select(static entry => entry.Service.Service.Key.FirewallMark).Should().Equal(First, First + 1, First + 2);
        marks.Should().AllSatisfy(static entry => entry.Service.Service.Flags.Should().Be(ServiceFlags.None));
        marks.Select(static entry => entry.Destinations.Should().ContainSingle().Subject.Destination).Should().Equal(
            new Destination(new DestinationKey(IPAddress.Parse("10.9.0.21"), 0)) { Forwarding = ForwardingMethod.DirectRoute },
            new Destination(new DestinationKey(IPAddress.Parse("10.9.0.22"), 8080)),
            new Destination(new DestinationKey(IPAddress.Parse("10.9.0.23"), 0)) { Forwarding = ForwardingMethod.Tunnel, Tunnel = new TunnelOptions(TunnelType.Gue, 6080) });
        (await _daemon.GetAsync("/ipvs")).GetProperty("services").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task PulseOfTheService_CountsForItsBackends_AndAVerdictSendsNothingToMarks()
    {
        await _daemon.PutAsync("/service/web", $$"""{"host": "fd00:9::100", "port": 80, {{Path}} }""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "fd00:9::21", "port": 80}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "fd00:9::22", "port": 80, "pulse": {"type": "tcp"} }""");

        Marks().Should().ContainSingle().Which.Service.Service.Key.Should().Be(ServiceKey.ForFirewallMark(First, System.Net.Sockets.AddressFamily.InterNetworkV6));
        var before = _kernel.Mutations;
        await _daemon.PatchAsync("/service/web/b1", """{"weight": 7}""");
        (_kernel.Mutations - before).Should().Be(1);
    }

    [Fact]
    public async Task AChangeOfTheBackend_GivesItAnotherMark_AndTheOldOneGoes()
    {
        await PutAsync();
        await _daemon.PatchAsync("/service/web/b1", """{"method": "tunnel"}""");
        Marks().Should().ContainSingle().Which.Service.Service.Key.FirewallMark.Should().Be(First + 1, "old connection entries lead to the old destination");

        await _daemon.PatchAsync("/service/web/b1", """{"weight": 5}""");
        Marks().Should().ContainSingle().Which.Service.Service.Key.FirewallMark.Should().Be(First + 1);

        await _daemon.PatchAsync("/service/web/b1", """{"pulse": {"type": "tcp"}}""");
        Marks().Should().BeEmpty();
        _daemon.Service<PathMarks>().Find(PathOf("dr")).Should().BeNull();
    }

    [Fact]
    public async Task ARenamedService_KeepsItsMarks()
    {
        await PutAsync();
        var mutations = _kernel.Mutations;
        await _daemon.PutAsync("/service/shop?replaces=web", Web);

        Marks().Should().ContainSingle().Which.Service.Service.Key.FirewallMark.Should().Be(First);
        _kernel.Mutations.Should().Be(mutations);
    }

    [Fact]
    public async Task ARestart_KeepsMarks_AndSendsNothing()
    {
        await PutAsync();
        await _daemon.DisposeAsync();
        var mutations = _kernel.Mutations;

        await StartAsync();
        Marks().Should().ContainSingle();
        _daemon.Service<PathMarks>().Find(PathOf("dr")).Should().Be(First);
        _kernel.Mutations.Should().Be(mutations);

        await _daemon.DeleteAsync("/service/web");
        Marks().Should().BeEmpty();
    }

    /// <summary>The daemon dies between the save and the kernel, or between the kernel and the answer: the next one finishes what was begun.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AMarkThatACrashLeft_IsTakenUpOrRemoved(bool isWanted)
    {
        await PutAsync();
        await _daemon.DisposeAsync();
        if (isWanted)
        {
            _daemon.ChangeKernel(static kernel => kernel.Apply([new IpvsChange.RemoveService(Key(First))]));
        }
        else
        {
            Sqlite.Run(_file.Path, "DELETE FROM service; DELETE FROM backend");
        }

        await StartAsync();

        Marks().Should().HaveCount(isWanted ? 1 : 0);
    }

    [Fact]
    public async Task AnotherRange_MovesTheMarks()
    {
        await PutAsync();
        await _daemon.DisposeAsync();

        await StartAsync(new MarkRange(1000));

        Marks(includeAll: true).Should().ContainSingle().Which.Service.Service.Key.FirewallMark.Should().Be(1000);
    }

    /// <summary>What another Gorb or a person has at a mark of the range is neither changed nor removed.</summary>
    [Fact]
    public async Task MarksOfOthers_AreLeftAlone()
    {
        var others = new VirtualService(Key(First)) { Scheduler = "rr" };
        var theirs = new Destination(new DestinationKey(IPAddress.Parse("10.9.0.99"), 0)) { Forwarding = ForwardingMethod.DirectRoute };
        _daemon.ChangeKernel(kernel => kernel.Apply([new IpvsChange.AddService(others), new IpvsChange.AddDestination(others.Key, theirs)]));

        await PutAsync();
        Marks().Select(static entry => entry.Service.Service.Key.FirewallMark).Should().Equal(First, First + 1);

        await _daemon.DeleteAsync("/service/web");
        Marks().Should().ContainSingle().Which.Destinations.Should().ContainSingle().Which.Destination.Should().Be(theirs);
    }

    /// <summary>Another program takes the mark after Gorb has looked for free ones.</summary>
    [Fact]
    public async Task AMarkThatIsTakenMeanwhile_IsReplaced()
    {
        await PutAsync();
        var others = new VirtualService(Key(First + 1)) { Scheduler = "rr" };
        _daemon.ChangeKernel(kernel => kernel.Apply([new IpvsChange.AddService(others)]));

        await _daemon.PutAsync("/service/web/b2", $$"""{"host": "10.9.0.22", "port": 80, "method": "dr", {{Path}} }""");

        Marks().Select(static entry => (entry.Service.Service.Key.FirewallMark - First, entry.Destinations.Count)).Should().Equal((0u, 1), (1u, 0), (2u, 1));
    }

    [Fact]
    public async Task ARefusal_UndoesTheRequest_AndNamesThePath()
    {
        await _daemon.PutAsync("/service/web", Web);
        _kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.NewService ? Errno.ENOMEM : Errno.None;

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80, "method": "dr", {{Path}} }""");

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("the path to 10.9.0.21:0 of tcp/10.9.0.100:80 cannot be set up for its check (pulse.via)");
        _kernel.Refuse = static _ => Errno.None;
        Marks().Should().BeEmpty();
        _daemon.Service<TableWriter>().Current.Find("web")!.Backends.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task LostAnswers_AreMadeUpForByALook()
    {
        _kernel.LoseReplies = 1;

        await PutAsync();

        Marks().Should().ContainSingle().Which.Destinations.Should().ContainSingle();
        _daemon.Service<PathMarks>().Find(PathOf("dr")).Should().Be(First);
    }

    /// <summary>A repair tells of the path, not of a service by mark that nobody asked for.</summary>
    [Fact]
    public async Task Drift_IsRepaired_InTheWordsOfThePath()
    {
        await PutAsync();
        await using var events = _daemon.Service<EventHub>().ListenAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await events.MoveNextAsync(); // the greeting
        _daemon.ChangeKernel(static kernel => kernel.Apply([new IpvsChange.RemoveService(Key(First))]));

        _daemon.Service<TableWriter>().RequestResync();
        await events.MoveNextAsync();

        (events.Current.Service, events.Current.Text).Should().Be(("web", "something else changed the paths of checks; repaired: added the path to 10.9.0.21:0 of tcp/10.9.0.100:80"));
        Marks().Should().ContainSingle();
    }

    [Fact]
    public async Task AServiceByAMarkOfTheRange_IsRefused()
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/marked", $$"""{"fwmark": {{First + 5}}}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("0x47420000 to 0x4742ffff").And.Contain("--path-marks");
        await _daemon.PutAsync("/service/marked", $$"""{"fwmark": {{First - 1}}}""");
    }

    [Fact]
    public async Task AServiceByMark_NeedsTheAddressToAsk()
    {
        await _daemon.PutAsync("/service/marked", """{"fwmark": 7}""");

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/marked/b1", $$"""{"host": "10.9.0.21", "port": 80, "method": "dr", {{Path}} }""");
        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("pulse.args.host").And.Contain("the virtual address that the check asks");

        await _daemon.PutAsync("/service/marked/b1", """{"host": "10.9.0.21", "port": 80, "method": "dr", "pulse": {"type": "tcp", "via": "path", "args": {"host": "10.9.0.100"}}}""");
        Marks().Should().ContainSingle();
    }

    private async Task PutAsync()
    {
        await _daemon.PutAsync("/service/web", Web);
        await _daemon.PutAsync("/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80, "method": "dr", {{Path}} }""");
    }

    private async Task StartAsync(MarkRange? marks = null)
    {
        _daemon = new TestDaemon { State = _file.Path, PathMarks = marks ?? MarkRange.Default, Kernel = _kernel };
        await _daemon.InitializeAsync();
    }

    private List<TableEntry> Marks(bool includeAll = false) =>
    [
        .. _daemon.ReadKernel().Where(entry => includeAll ? entry.Service.Service.Key.IsFirewallMark : MarkRange.Default.Contains(entry.Service.Service.Key.FirewallMark))
            .OrderBy(static entry => entry.Service.Service.Key.FirewallMark),
    ];

    private static ServiceKey Key(uint mark) => ServiceKey.ForFirewallMark(mark, System.Net.Sockets.AddressFamily.InterNetwork);

    private static ProbePath PathOf(string method) => new(
        ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80),
        new Destination(new DestinationKey(IPAddress.Parse("10.9.0.21"), 0)) { Forwarding = method == "dr" ? ForwardingMethod.DirectRoute : ForwardingMethod.Tunnel });
}
