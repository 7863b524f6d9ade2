using System.Net;
using Gorb.Health.Paths;
using Gorb.Health.Probes;
using Gorb.Ipvs;
using Gorb.Model.Checks;
using Gorb.Targets.Host;
using Gorb.Targets.Paths;
using Gorb.Tests.Api;
using Gorb.Writer;

namespace Gorb.Tests.Health.Paths;

/// <summary>What probes by path start with, and in which words their results are told.</summary>
public sealed class PathProberTests : IAsyncLifetime
{
    private static readonly IPAddress Vip = IPAddress.Parse("10.9.0.100");
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Tcp, Vip, 80);

    private readonly TestDaemon _daemon = new();
    private readonly PathMarks _marks = new(MarkRange.Default);
    private readonly FakeProber _prober = new();
    private readonly Sink _sink = new();

    public ValueTask InitializeAsync() => _daemon.InitializeAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Fact]
    public void Probe_BearsTheMark_AndComesFromAnAddressAndPortOfItsOwn()
    {
        var path = Add(ForwardingMethod.DirectRoute, index: 5);

        Start(path);

        var origin = _prober.Started.Should().ContainSingle().Which.Origin!.Value;
        (origin.Mark, origin.Source.Address, origin.Source.Port).Should().Be((MarkRange.Default.First + 5, IPAddress.Loopback, 32_768 + 5));
        _sink.Result.Reason.Should().Be("connected");
    }

    [Fact]
    public void PathThatIsNotInTheKernel_IsNoFailure()
    {
        Start(Path(ForwardingMethod.DirectRoute));

        _prober.Started.Should().BeEmpty();
        _sink.Result.IsLocalFault.Should().BeTrue();
        _sink.Result.Reason.Should().Contain("is not in the kernel");
    }

    [Fact]
    public void ServiceWithoutAnAddress_IsNoFailure()
    {
        var path = Add(ForwardingMethod.DirectRoute);

        Start(path, target => target with { Address = null });

        _sink.Result.IsLocalFault.Should().BeTrue();
        _sink.Result.Reason.Should().Contain("give the virtual address as pulse.args.host");
    }

    [Theory]
    [InlineData(ForwardingMethod.DirectRoute, "timed out after 2s", true, "timed out after 2s, asked for 10.9.0.100:80 through IPVS: the backend does not answer for the VIP 10.9.0.100; is the VIP on its lo?")]
    [InlineData(ForwardingMethod.Tunnel, "no route to host", false, "no route to host, asked for 10.9.0.100:80 through IPVS: the backend does not answer for the VIP 10.9.0.100; is the VIP on its lo, and is the tunnel's device up?")]
    [InlineData(ForwardingMethod.Masquerade, "timed out after 2s", true, "timed out after 2s, asked for 10.9.0.100:80 through IPVS: do the backend's replies come back through this director?")]
    [InlineData(ForwardingMethod.DirectRoute, "connection refused", false, "connection refused, asked for 10.9.0.100:80 through IPVS: does the server listen on the VIP, too?")]
    [InlineData(ForwardingMethod.Tunnel, "connection refused", false, "connection refused, asked for 10.9.0.100:80 through IPVS: does the server listen on the VIP, too, and is the tunnel's device up?")]
    [InlineData(ForwardingMethod.Tunnel, "protocol unreachable", false, "protocol unreachable, asked for 10.9.0.100:80 through IPVS: is the tunnel's device up?")]
    [InlineData(ForwardingMethod.Masquerade, "connection refused", false, "connection refused, asked for 10.9.0.100:80 through IPVS")]
    [InlineData(ForwardingMethod.DirectRoute, "503, expected 200", false, "503, expected 200, asked for 10.9.0.100:80 through IPVS")]
    public void Failure_SaysThatItWentThroughTheVip(ForwardingMethod method, string reason, bool isTimeout, string told)
    {
        var sink = new PathSink(Target(Path(method)), Path(method), new ReplyFilter(new SysctlFiles("/nonexistent"), new HostAddresses()), _sink);

        sink.Complete(1, new ProbeResult(Passed: false, reason, TimeSpan.Zero) { IsTimeout = isTimeout });

        _sink.Result.Reason.Should().Be(told);
        _sink.Result.IsLocalFault.Should().BeFalse();
    }

    /// <summary>The loopback device stands for the one where replies arrive, and its address for the virtual one.</summary>
    [Theory]
    [InlineData("0", "0", "0", "set net.ipv4.conf.lo.accept_local=1")]
    [InlineData("1", "0", "1", "set net.ipv4.conf.lo.rp_filter=2")]
    [InlineData("1", "1", "0", "set net.ipv4.conf.lo.rp_filter=2")]
    [InlineData("1", "2", "1", null)]
    [InlineData("1", "0", "0", null)]
    public void Settings_ThatDropReplies_AreNamed(string acceptLocal, string rpFilterOfAll, string rpFilter, string? told)
    {
        var root = Directory.CreateTempSubdirectory("gorb-test-");
        try
        {
            Write("lo", "accept_local", acceptLocal);
            Write("lo", "rp_filter", rpFilter);
            Write("all", "accept_local", "0");
            Write("all", "rp_filter", rpFilterOfAll);
            using var addresses = new HostAddresses();
            var filter = new ReplyFilter(new SysctlFiles(root.FullName), addresses);

            var found = filter.Find(Path(ForwardingMethod.DirectRoute), IPAddress.Loopback, IPAddress.Loopback);

            (found is null).Should().Be(told is null, found);
            (found ?? "").Should().EndWith(told ?? "");
            filter.Find(Path(ForwardingMethod.Masquerade), IPAddress.Loopback, IPAddress.Loopback).Should().BeNull();
        }
        finally
        {
            root.Delete(recursive: true);
        }

        void Write(string device, string name, string value)
        {
            var folder = root.CreateSubdirectory($"net/ipv4/conf/{device}");
            File.WriteAllText(System.IO.Path.Combine(folder.FullName, name), value);
        }
    }

    private static ProbePath Path(ForwardingMethod method) => new(Web, new Destination(new DestinationKey(IPAddress.Loopback, 0)) { Forwarding = method });

    private static ProbeTarget Target(ProbePath path) => new(new TcpArgs(), "10.9.0.100", Vip, 80, TimeSpan.FromSeconds(2))
    {
        Path = path,
        Origin = new Gorb.Ipvs.Sockets.MarkedSource(1, new IPEndPoint(IPAddress.Loopback, 0)),
    };

    private ProbePath Add(ForwardingMethod method, uint index = 0)
    {
        var path = Path(method);
        _marks.Add(new PathEntry(MarkRange.Default.First + index, path));
        return path;
    }

    private void Start(ProbePath path, Func<ProbeTarget, ProbeTarget>? change = null)
    {
        using var prober = new PathProber(_daemon.Service<TableWriter>(), _marks, new SysctlFiles("/nonexistent"));
        var target = Target(path) with { Origin = null };
        prober.Start(_prober, change?.Invoke(target) ?? target, path, _sink, ticket: 1);
    }

    private sealed class Sink : IProbeSink
    {
        public ProbeResult Result { get; private set; }

        public void Complete(int ticket, ProbeResult result) => Result = result;
    }
}
