using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.KernelTests.Doctor;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Why;

/// <summary>Each black hole swallows real packets of the client, and gorb why names the link that is broken.</summary>
public sealed class WhyTests(DoctorDaemon daemon) : IClassFixture<DoctorDaemon>, IClassFixture<SingleAnswers>
{
    private static readonly IPAddress Client4 = IPAddress.Parse("10.9.0.10"), Client6 = IPAddress.Parse("fd00:9::10");

    /// <summary>How long a connection is tried that may be lost. One that must be answered is tried again, or waits longer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private static readonly string[] EvidenceCommands =
    [
        "ipvsadm -Ln --stats", "ipvsadm -Lnc", "ip neigh", "iptables-legacy -S", "ip -n cl neigh", "ip -n b1 addr", "ip -n b2 addr", "ip -n b3 addr", "ip -n b1 rule", "ip -n b1 neigh",
    ];

    public static TheoryData<int, string> Causes => KernelFeature.Rows(BlackHoles.All, static hole => hole.Needs);

    [Theory]
    [MemberData(nameof(Causes))]
    public async Task ABlackHole_IsNamed(int index, string name)
    {
        var hole = BlackHoles.All[index];
        await DeclareAsync(hole.Services);
        try
        {
            await RunAsync(hole.Script);
            IsServed(hole.IsV6).Should().BeFalse($"{name} loses packets");
            await BecomesAsync(hole, view => view.GetProperty("broken").GetBoolean() && view.GetProperty("summary").GetString()!.Contains(hole.Says, StringComparison.Ordinal));
            var view = await AskAsync(hole.IsV6);
            view.GetProperty("steps").EnumerateArray().Last().GetProperty("step").GetString().Should().Be(hole.Step);
            if (hole.IsMended)
            {
                await RunAsync(view.GetProperty("command").GetString()!);
                await Eventually.Async(() => Task.FromResult(IsServed(hole.IsV6)), () => $"{name}: the command mends nothing: {view}{Evidence()}");
            }
        }
        finally
        {
            await daemon.RunAsync(hole.Undo);
        }

        await DeclareAsync(BlackHoles.After(hole));
        await Eventually.Async(() => Task.FromResult(IsServed(hole.IsV6)), () => $"{name}: the client is not served afterwards{Evidence()}");
        await BecomesAsync(hole, static view => !view.GetProperty("broken").GetBoolean());
    }

    /// <summary>A hash of the client's or the virtual address decides, as the kernel computes it.</summary>
    [Theory]
    [InlineData("sh", "no-fallback", false)]
    [InlineData("sh", "no-fallback|sh-port", true)]
    [InlineData("sh", "sh-fallback", false)]
    [InlineData("dh", "", false)]
    public async Task AHash_IsForetold(string method, string flags, bool hashesPort)
    {
        await DeclareAsync($"web: {{host: 10.9.0.100, port: 80, method: {method}, flags: '{flags}', backends: {{ {string.Join(", ", Network.Backends.Select((backend, i) =>
            $"{backend}: {{host: {Network.Address(backend)}, port: 80, weight: {3 - i}, pulse: {{type: none}} }}"))} }} }}");
        var foretold = Summary(await AskAsync(hashesPort ? "10.9.0.10:10001" : "10.9.0.10"));
        var name = ReadName(hashesPort ? 10_001 : 0);
        foretold.Should().Contain($"reach {name}");

        await daemon.Gorb.PatchAsync($"/service/web/{name}", """{"weight": 0}""");
        if (!hashesPort)
        {
            var view = await AskAsync("10.9.0.10"); // sh gives a backend of weight 0 one bucket, which is this client's or not
            var isBroken = view.GetProperty("broken").GetBoolean();
            IsServed(isV6: false, isBroken ? Silence : Eventually.Limit).Should().Be(!isBroken, Summary(view));
        }
    }

    [Fact]
    public async Task AnEntryOfARemovedBackend_IsNamed_WithItsCommand()
    {
        using var setting = new Setting("net.ipv4.vs.expire_nodest_conn", "0");
        await DeclareAsync("web: {host: 10.9.0.100, port: 80, protocol: udp, method: rr, backends: {b1: {host: 10.9.0.21, port: 80}, b2: {host: 10.9.0.22, port: 80}}}");
        using var client = Visitor.Connect(Network.Vip4, 80, TransportProtocol.Udp);
        var name = Visitor.RequestName(client);
        var from = string.Create(CultureInfo.InvariantCulture, $"10.9.0.10:{((IPEndPoint)client.LocalEndPoint!).Port}");
        Summary(await AskAsync(from)).Should().Contain($"reach {name}");

        await daemon.Gorb.DeleteAsync($"/service/web/{name}");
        Visitor.IsAnswered(client).Should().BeFalse();
        var view = await AskAsync(from);
        Summary(view).Should().Contain("which was removed: the kernel drops its packets");
        await RunAsync(view.GetProperty("command").GetString()!);
        Summary(await AskAsync(from)).Should().Contain("reach b");
        await Eventually.Async(() => Task.FromResult(Visitor.IsAnswered(client)));
    }

    [Fact]
    public async Task ATemplate_Decides()
    {
        await DeclareAsync("web: {host: 10.9.0.100, port: 80, method: rr, persistent: true, backends: {b1: {host: 10.9.0.21, port: 80, pulse: {type: none}}, b2: {host: 10.9.0.22, port: 80, pulse: {type: none}}}}");
        var name = Visitor.Visit(Network.Vip4, 80, 1)[0];

        var view = await AskAsync("10.9.0.10");

        Summary(view).Should().Contain($"reach {name}");
        view.GetProperty("steps").EnumerateArray().Should().Contain(step => step.GetProperty("seen").GetString()!.StartsWith($"the client persists with {name}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheVerb_PrintsTheSteps_AndEndsWithTheAnswer()
    {
        await DeclareAsync(BlackHoles.Healthy);
        var server = daemon.Gorb.Http.BaseAddress!.ToString();

        var fine = await VerbResult.RunAsync("", "why", "10.9.0.10", "web", "-s", server);
        (fine.Status, fine.Output.Split('\n')[^2]).Should().Be((0, Summary(await AskAsync("10.9.0.10"))), fine.Errors);
        var json = await VerbResult.RunAsync("", "why", "10.9.0.10", "web", "--json", "-s", server);
        JsonDocument.Parse(json.Output).RootElement.GetProperty("service").GetString().Should().Be("web");
        await daemon.Gorb.PatchAsync("/service/web/b1", """{"weight": 0}""");
        (await VerbResult.RunAsync("", "why", "10.9.0.10", "web", "-s", server)).Status.Should().Be(1);
        (await VerbResult.RunAsync("", "why", "nobody", "web", "-s", server)).Status.Should().Be(4);
        (await VerbResult.RunAsync("", "why", "10.9.0.10", "no-such", "-s", server)).Status.Should().Be(4);
    }

    private async Task DeclareAsync(string services) => await daemon.Gorb.PutAsync("/config", $"services: {{ {services} }}\n");

    private async Task RunAsync(string script)
    {
        var (status, output) = await daemon.RunAsync(script);
        status.Should().Be(0, $"{script}: {output}");
    }

    private Task<JsonElement> AskAsync(bool isV6) => AskAsync((isV6 ? Client6 : Client4).ToString());

    private Task<JsonElement> AskAsync(string client) => daemon.Gorb.GetAsync($"/service/web/why?client={Uri.EscapeDataString(client)}");

    private static string Summary(JsonElement view) => view.GetProperty("summary").GetString()!;

    /// <summary>
    /// Waits for an answer: the kernel and the checks learn of some causes only after a while. Meanwhile the client tries again, as clients do: the kernel gives ages in whole seconds, so a
    /// lost connection within a second of an answered one tells nothing.
    /// </summary>
    private async Task BecomesAsync(BlackHole hole, Predicate<JsonElement> expected)
    {
        var seen = default(JsonElement);
        await Eventually.Async(
            async () =>
            {
                if (expected(seen = await AskAsync(hole.IsV6)))
                {
                    return true;
                }

                _ = IsServed(hole.IsV6);
                return false;
            },
            () => $"{hole}: {seen}{Evidence()}");
    }

    private static bool IsServed(bool isV6) => IsServed(isV6, Silence);

    /// <summary>True when a new TCP connection of the client to the service is answered within some time.</summary>
    private static bool IsServed(bool isV6, TimeSpan patience)
    {
        using var socket = NetworkNamespace.Run(NetworkNamespace.Client, () => LabSocket.Create(isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, TransportProtocol.Tcp));
        socket.Blocking = false;
        LabSocket.Try(() => { socket.Connect(isV6 ? Network.Vip6 : Network.Vip4, 80); return 0; });
        return socket.Poll(patience, SelectMode.SelectRead) && LabSocket.Try(() => socket.Receive(new byte[16])) > 0;
    }

    /// <summary>What the director, the client and the backends have, for a failure that only some machines show.</summary>
    private static string Evidence() => string.Concat(EvidenceCommands.Select(static command => $"\n\n{command}:\n{Shell.Run("sh", "-c", $"{command} 2>&1 || true")}"));

    /// <summary>The name of the backend that answers a connection from a port of the client; 0 for any port.</summary>
    private static string ReadName(int port)
    {
        using var socket = NetworkNamespace.Run(NetworkNamespace.Client, () => LabSocket.Create(AddressFamily.InterNetwork, TransportProtocol.Tcp));
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Connect(Network.Vip4, 80);
        var heard = new byte[16];
        return Encoding.ASCII.GetString(heard, 0, socket.Receive(heard));
    }
}
