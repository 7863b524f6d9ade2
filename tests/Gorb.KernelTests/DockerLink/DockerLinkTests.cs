using System.Globalization;
using System.Text.Json;
using Gorb.KernelTests.Lab;
using static Gorb.KernelTests.DockerLink.DockerEngine;

namespace Gorb.KernelTests.DockerLink;

/// <summary>A real engine, a real link and a real daemon: containers start and stop, and requests reach those that are running.</summary>
public sealed partial class DockerLinkTests(DockerEngine engine) : IClassFixture<DockerEngine>, IAsyncLifetime
{
    private const string Service = "gorb-web-1-80-tcp";
    private const string Url = "http://10.9.0.1";

    private GorbProcess _gorb = null!;
    private LoggedProcess _link = null!;

    public async ValueTask InitializeAsync()
    {
        engine.Should().NotBeNull();
        Shell.Run("ipvsadm", "-C");
        _gorb = await GorbProcess.StartAsync("-i", "br0");
        _link = StartLink();
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        await _gorb.DisposeAsync();
        await RemoveAllAsync();
        Shell.Run("ipvsadm", "-C");
        foreach (var name in new[] { "DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH" })
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public async Task Containers_WhateverHappensToThem_AreFollowed()
    {
        await StartAsync("aa", "-p", "80");
        await StartAsync("bb", "-p", "80");
        await EventuallyBackendsAsync("aa", "bb");
        Visit(Url, 10).CountBy(name => name).Should().BeEquivalentTo([KeyValuePair.Create("aa", 5), KeyValuePair.Create("bb", 5)]);

        await EngineApi.ActAsync("aa", "kill?signal=HUP");
        await EngineApi.ActAsync("bb", "pause");
        await EventuallyWeightAsync("bb", 0);
        (await WeightAsync("aa")).Should().Be(100, "a HUP is no end");
        Visit(Url, 3).Should().Equal("aa", "aa", "aa");

        await EngineApi.ActAsync("bb", "unpause");
        await EventuallyWeightAsync("bb", 100);

        await EngineApi.ActAsync("bb", "rename?name=cc");
        await EventuallyBackendsAsync("aa", "cc");

        await EngineApi.ActAsync("aa", "kill");
        await EventuallyBackendsAsync("cc");

        await EngineApi.ActAsync("aa", "start"); // with another port
        await EventuallyBackendsAsync("aa", "cc");

        Shell.Run("kill", "-9", $"{await EngineApi.ReadProcessIdAsync("cc")}"); // a crash: the engine was not asked to stop the container
        await EventuallyBackendsAsync("aa");
        Visit(Url, 3).Should().Equal("aa", "aa", "aa");
    }

    [Fact]
    public async Task Restarts_OfLinkGorbAndEngine_LoseNothing()
    {
        await StartAsync("aa", "-p", "80");
        await EventuallyBackendsAsync("aa");

        await _link.KillAsync();
        await StartAsync("bb", "-p", "80");
        await EngineApi.RemoveAsync("aa");
        _link = StartLink();
        await EventuallyBackendsAsync("bb");

        await _gorb.KillAsync();
        Shell.Run("ipvsadm", "-C");
        _gorb = await _gorb.StartAgainAsync("-i", "br0"); // without any state
        await EventuallyBackendsAsync("bb");

        Restart();
        await EventuallyBackendsAsync();
        await EngineApi.ActAsync("bb", "start");
        await EventuallyBackendsAsync("bb");
        Visit(Url, 2).Should().Equal("bb", "bb");
    }

    [Fact]
    public async Task ImageName_ThatMeansANewerImage_LeavesTheServiceAsItWas()
    {
        var image = Docker("image", "inspect", "-f", "{{.Id}}", Image);
        await StartAsync("aa", "-p", "80");
        await EventuallyBackendsAsync("aa");
        try
        {
            Docker("tag", Docker("commit", "aa"), Image);
            Docker("ps", "--format", "{{.Image}}").Should().NotBe(Image, "the engine lists an id when the name refers to another image");
            await StartAsync("bb", "-p", "80");

            await EventuallyBackendsAsync("aa", "bb");
            Visit(Url, 2).Should().BeEquivalentTo("aa", "bb");
        }
        finally
        {
            Docker("tag", image, Image);
        }
    }

    [Fact]
    public async Task Stop_UnderLoad_FailsNoRequest()
    {
        await StartAsync("aa", "-p", "80");
        await StartAsync("bb", "-p", "80");
        await EventuallyBackendsAsync("aa", "bb");
        await using var load = new LoggedProcess("ip", "netns", "exec", NetworkNamespace.Client, "ab", "-q", "-l", "-t", "300", "-n", "1000000", "-c", "4", $"{Url}/");
        await Eventually.Async(async () => await ConnectionsAsync("aa") > 20);

        await EngineApi.ActAsync("aa", "stop");
        await EventuallyBackendsAsync("bb");

        load.HasExited.Should().BeFalse("the load must have met the stop, but printed {0}\n{1}\n{2}", load.Log, _link.Log, _gorb.Log);
        load.Signal("INT"); // ab prints its counts
        await load.EndAsync();
        load.Log.Should().MatchRegex("Complete requests: +[1-9]").And.MatchRegex("Failed requests: +0\n");
    }

    [Fact]
    public async Task Ports_OfEveryProtocolAndFamily_AreServices()
    {
        await StartAsync("both", "-p", "5353:80/tcp", "-p", "5353:80/udp");
        await StartAsync("six", "-p", "[fd00:9::1]:8080:80");
        await EventuallyAsync("/service", names => names.GetArrayLength() == 3);
        await EventuallyInUseAsync(3);

        Shell.Ipvsadm().Where(line => line.StartsWith("-a", StringComparison.Ordinal)).Should().Equal(
            "-a -t 10.9.0.1:80 -r 10.9.0.1:5353 -m -w 100", $"-a -t [{Network.Vip6}]:80 -r [fd00:9::1]:8080 -m -w 100", "-a -u 10.9.0.1:80 -r 10.9.0.1:5353 -m -w 100");
        Visit(Url, 1).Should().Equal("both");
        Visit($"http://[{Network.Vip6}]", 1).Should().Equal("six");
    }

    [Fact]
    public async Task Labels_WrongInEveryWay_AreNamed_AndTheRestWorks()
    {
        await StartAsync("heavy", "-p", "80", "--label", "gorb.weight=heavy");
        await StartAsync("typo", "-p", "80", "--label", "gorb.prot=80");
        await StartAsync("telnet", "-p", "80", "--label", "gorb.pulse.type=telnet");
        await StartAsync("hidden", "-p", "80", "--label", "gorb.enable=false");
        await StartAsync("right", "-p", "80", "--label", "gorb.weight=7");

        await EventuallyBackendsAsync("right");
        (await WeightAsync("right")).Should().Be(7);
        await _link.LogsAsync("container telnet: ");
        _link.Log.Should().Contain("container heavy: label gorb.weight=heavy: must be a whole number")
            .And.Contain("container typo: label gorb.prot: is not known; known are")
            .And.MatchRegex("container telnet: label gorb.pulse.type: .*telnet|container telnet: label gorb.pulse.type: must be");
    }

    [Fact]
    public async Task Macvlan_WithDirectRouting_AnswersTheClientItself()
    {
        await _link.DisposeAsync();
        _link = StartLink("--prepare-dr");
        Docker("network", "create", "-d", "macvlan", "--subnet", "10.9.0.0/24", "--ip-range", "10.9.0.48/28", "-o", "parent=br0", "lan");
        // A host reaches its own MacVLAN containers only from a MacVLAN device.
        Shell.Run("ip", "link", "add", "shim", "link", "br0", "type", "macvlan", "mode", "bridge");
        Shell.Run("ip", "link", "set", "shim", "up");
        Shell.Run("ip", "route", "add", "10.9.0.48/28", "dev", "shim", "src", "10.9.0.1");
        try
        {
            string[] labels = ["gorb.network=lan", "gorb.service=direct", "gorb.port=80", "gorb.forward=dr", "gorb.vip=10.9.0.100", "gorb.method=rr"];
            foreach (var name in new[] { "m1", "m2" })
            {
                await StartAsync(name, ["--network", "lan", .. labels.SelectMany(label => new[] { "--label", label })]);
            }

            await EventuallyAsync("/service/direct", service => service.GetProperty("backends").GetArrayLength() == 2);
            await EventuallyInUseAsync(2);
            Visit("http://10.9.0.100", 6).CountBy(name => name).Should().BeEquivalentTo([KeyValuePair.Create("m1", 3), KeyValuePair.Create("m2", 3)]);

            // Newer kernels update the counters every two seconds.
            await EventuallyAsync("/service/direct", service => service.GetProperty("kernel").GetProperty("connections").GetInt64() == 6);
            var kernel = (await _gorb.GetAsync("/service/direct")).GetProperty("kernel");
            kernel.GetProperty("out_packets").GetInt64().Should().Be(0, "answers do not pass through the director");
        }
        finally
        {
            await RemoveAllAsync();
            Docker("network", "rm", "lan");
            Shell.Run("ip", "link", "delete", "shim");
        }
    }

    [Fact]
    public async Task OwnAddresses_OnBridgeAndIpvlan_AreReached()
    {
        await _link.DisposeAsync();
        _link = StartLink("--network", "bridge");
        Docker("network", "create", "-d", "ipvlan", "--subnet", "10.9.0.0/24", "--ip-range", "10.9.0.64/28", "-o", "parent=br0", "lan");
        // A host reaches its own IPvlan containers only from an IPvlan device.
        Shell.Run("ip", "link", "add", "shim", "link", "br0", "type", "ipvlan", "mode", "l2");
        Shell.Run("ip", "addr", "add", "10.9.0.63/32", "dev", "shim");
        Shell.Run("ip", "link", "set", "shim", "up");
        Shell.Run("ip", "route", "add", "10.9.0.64/28", "dev", "shim", "src", "10.9.0.63");
        try
        {
            string[] labels = ["--label", "gorb.service=own", "--label", "gorb.port=80", "--label", "gorb.method=rr"];
            await StartAsync("bridged", ["-p", "80", .. labels]);
            await StartAsync("ipvlan", ["--network", "lan", "--label", "gorb.network=lan", .. labels]);
            var network = $"/proc/{await EngineApi.ReadProcessIdAsync("ipvlan")}/ns/net";
            Shell.Run("nsenter", $"--net={network}", "ip", "route", "add", "10.9.0.10", "via", "10.9.0.63"); // with NAT, answers return through the director

            await EventuallyAsync("/service/own", service => service.GetProperty("backends").GetArrayLength() == 2);
            await EventuallyInUseAsync(2);

            Shell.Ipvsadm().Where(line => line.StartsWith("-a", StringComparison.Ordinal)).Should().SatisfyRespectively(
                line => line.Should().Match("-a -t 10.9.0.1:80 -r 10.9.0.6?:80 -m -w 100"), line => line.Should().Match("-a -t 10.9.0.1:80 -r 172.17.0.*:80 -m -w 100"));
            Visit(Url, 4).CountBy(name => name).Should().BeEquivalentTo([KeyValuePair.Create("bridged", 2), KeyValuePair.Create("ipvlan", 2)]);
        }
        finally
        {
            await RemoveAllAsync();
            Docker("network", "rm", "lan");
            Shell.Run("ip", "link", "delete", "shim");
        }
    }

    /// <summary>A lab takes five seconds for each container: eng/many-containers starts fifty.</summary>
    [Fact]
    public async Task Many_StartedAtOnce_AreAllRouted_ByTheDaemonItself_OverTls()
    {
        await _link.DisposeAsync();
        await _gorb.DisposeAsync();
        foreach (var (name, value) in new[] { ("DOCKER_HOST", "tcp://127.0.0.1:2376"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/run/docker-lab/certs") })
        {
            Environment.SetEnvironmentVariable(name, value); // also for the docker command
        }

        _gorb = await GorbProcess.StartAsync("-i", "br0", "--docker");
        var names = Enumerable.Range(0, Count()).Select(number => $"m{number}").ToArray();

        await StartAtOnceAsync(names);

        await EventuallyBackendsAsync(names);
        Visit(Url, names.Length).Should().BeEquivalentTo(names);

        static int Count() => int.Parse(Environment.GetEnvironmentVariable("GORB_CONTAINERS") ?? "8", CultureInfo.InvariantCulture);
    }

    private LoggedProcess StartLink(params string[] options) =>
        new(Repository.Gorb, ["docker-link", "-r", _gorb.Http.BaseAddress!.Authority, "-i", "br0", "--resync", "2s", .. options]);

    /// <summary>The names of the containers that answered requests, each over a new connection.</summary>
    private static string[] Visit(string url, int times) => Shell
        .Run("ip", ["netns", "exec", NetworkNamespace.Client, "curl", "-sSg", "--fail-early", "-H", "Connection: close", .. Enumerable.Repeat(url, times)])
        .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Waits until the service has exactly the backends of these containers, all in use.</summary>
    private async Task EventuallyBackendsAsync(params string[] containers)
    {
        await EventuallyAsync($"/service/{Service}", service =>
            service.GetProperty("backends").EnumerateArray().Select(name => name.GetString()!.Split('-')[0]).Order().SequenceEqual(containers.Order()));
        await EventuallyInUseAsync(containers.Length);
    }

    /// <summary>Waits until the kernel has this many destinations with a weight above 0.</summary>
    private Task EventuallyInUseAsync(int destinations) => Eventually.Async(
        () => Task.FromResult(Shell.Ipvsadm().Count(line => line.StartsWith("-a", StringComparison.Ordinal) && !line.EndsWith("-w 0", StringComparison.Ordinal)) == destinations),
        Scene);

    private Task EventuallyWeightAsync(string container, int weight) => Eventually.Async(async () => await WeightAsync(container) == weight, Scene);

    private async Task<int> WeightAsync(string container) => (await BackendAsync(container)).GetProperty("kernel").GetProperty("weight").GetInt32();

    private async Task<long> ConnectionsAsync(string container) =>
        (await BackendAsync(container)).GetProperty("kernel").GetProperty("traffic").GetProperty("connections").GetInt64();

    private async Task<JsonElement> BackendAsync(string container)
    {
        var names = (await _gorb.GetAsync($"/service/{Service}")).GetProperty("backends").EnumerateArray().Select(name => name.GetString()!);
        return await _gorb.GetAsync($"/service/{Service}/{names.Single(name => name.StartsWith($"{container}-", StringComparison.Ordinal))}");
    }

    private Task EventuallyAsync(string path, Func<JsonElement, bool> condition) => Eventually.Async(async () =>
    {
        using var answer = await _gorb.SendAsync(HttpMethod.Get, path);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return answer.IsSuccessStatusCode && condition(body.RootElement);
    }, Scene);

    /// <summary>Diagnostics for a failure.</summary>
    private string Scene() => string.Join('\n', ["containers:", Docker("ps", "-a"), "kernel:", .. Shell.Ipvsadm(), "link:", _link.Log, "gorb:", _gorb.Log]);
}
