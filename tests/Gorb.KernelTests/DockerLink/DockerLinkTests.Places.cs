using Gorb.KernelTests.Lab;
using static Gorb.KernelTests.DockerLink.DockerEngine;

namespace Gorb.KernelTests.DockerLink;

/// <content>Which service gets an address, and how it changes hands.</content>
public sealed partial class DockerLinkTests
{
    private const string NextImage = "gorb-web:2";
    private const string NextService = "gorb-web-2-80-tcp";

    [Fact]
    public async Task Handover_ToANewImageTagAndAnotherName_FailsNoRequest()
    {
        Docker("tag", Image, NextImage);
        try
        {
            await StartAsync("aa", "-p", "80");
            await EventuallyBackendsAsync("aa");
            await EngineApi.RunAsync(NextImage, "bb", "-p", "80");
            await Eventually.Async(() => Task.FromResult(_link.Log.Contains($"container bb: port 80/tcp: service {NextService} cannot stand at", StringComparison.Ordinal)), Scene);
            await using var load = new LoggedProcess("ip", "netns", "exec", NetworkNamespace.Client, "ab", "-q", "-l", "-t", "300", "-n", "1000000", "-c", "4", $"{Url}/");
            await Eventually.Async(async () => await ConnectionsAsync("aa") > 20);

            await EngineApi.ActAsync("aa", "stop");
            await EventuallyAsync("/service", names => names.EnumerateArray().Select(name => name.GetString()).SequenceEqual([NextService]));
            await EventuallyInUseAsync(1);
            await EngineApi.ActAsync("bb", "rename?name=cc"); // the same host port with another name
            await EventuallyAsync($"/service/{NextService}", service => service.GetProperty("backends").EnumerateArray().Single().GetString()!.StartsWith("cc-", StringComparison.Ordinal));

            load.HasExited.Should().BeFalse("the load must have met the handover, but printed {0}\n{1}\n{2}", load.Log, _link.Log, _gorb.Log);
            load.Signal("INT"); // ab prints its counts
            await load.EndAsync();
            load.Log.Should().MatchRegex("Complete requests: +[1-9]").And.MatchRegex("Failed requests: +0\n");
            Visit(Url, 2).Should().Equal("bb", "bb");
        }
        finally
        {
            await RemoveAllAsync();
            Docker("rmi", NextImage);
        }
    }

    /// <summary>The link of another host is played by the documents that it would send: there is one engine here.</summary>
    [Fact]
    public async Task LinkOfAnotherHost_SharesTheService_WhichStaysForIt()
    {
        using var elsewhere = new WebServer("b1"); // its answers have no body
        await StartAsync("aa", "-p", "80");
        await EventuallyBackendsAsync("aa");
        var backend = $$"""{"bb-80-tcp": {"host": "10.9.0.21", "port": {{WebServer.Port}} } }""";
        var service = $$"""{"services": {"{{Service}}": {"host": "10.9.0.1", "port": 80, "grace": "1m", "backends": {{backend}} } } }""";

        await _gorb.PutAsync("/config?source=docker/elsewhere", service);
        await EventuallyBackendsAsync("aa", "bb");
        Visit(Url, 4).Should().Equal("aa", "aa");
        await EngineApi.RemoveAsync("aa");
        await EventuallyBackendsAsync("bb");

        (await _gorb.GetAsync($"/service/{Service}")).GetProperty("source").GetString().Should().Be("docker/elsewhere");
        _link.Log.Should().NotContain("WRN").And.NotContain("ERR");
        await _gorb.PutAsync("/config?source=docker/elsewhere", """{"services": {}}""");
    }

    [Fact]
    public async Task HostNetwork_WithAPort_IsRouted_AndNoServiceStandsWhereSomethingListens()
    {
        await StartAsync("hh", "--network", "host", "--label", "gorb.port=80", "--label", "gorb.vip=:8080", "--label", "gorb.service=host");
        await EventuallyAsync("/service", names => names.GetArrayLength() == 1);
        await EventuallyInUseAsync(1);
        Shell.Ipvsadm().Where(line => line.StartsWith("-a", StringComparison.Ordinal)).Should().Equal("-a -t 10.9.0.1:8080 -r 10.9.0.1:80 -m -w 100");
        Visit($"{Url}:8080", 2).Should().Equal("hh", "hh");

        await StartAsync("taker", "-p", "80"); // its service would use port 80 of the host, where the other container listens
        await Eventually.Async(() => Task.FromResult(_link.Log.Contains("container taker: port 80/tcp", StringComparison.Ordinal)), Scene);
        _link.Log.Should().MatchRegex($"container taker: port 80/tcp: service {Service} cannot stand at .*: a program of this host listens at .*:80/tcp; choose another port");

        await EngineApi.RemoveAsync("hh");
        await EventuallyBackendsAsync("taker");
        await EngineApi.RemoveAsync("taker");
        await StartAsync("loop", "--network", "host", "--label", "gorb.port=80", "--label", "gorb.service=loop");
        await Eventually.Async(() => Task.FromResult(_link.Log.Contains("container loop: port 80/tcp: the container listens at 10.9.0.1:80 itself", StringComparison.Ordinal)), Scene);
    }
}
