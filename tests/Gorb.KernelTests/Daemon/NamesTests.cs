using System.Net;
using System.Net.Sockets;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>A silent name server delays only requests that need it.</summary>
public sealed class NamesTests : OwnDaemonTest
{
    /// <summary>Far more than the daemon has threads, and few enough that a slow machine has sent them long before the first lookup is given up.</summary>
    private const int Lookups = 100;

    [Fact]
    public async Task SilentNameServer_HoldsUpNeitherTheApiNorTheEnd()
    {
        using var silent = NetworkNamespace.Run("b1", () => new UdpClient(new IPEndPoint(Network.Address("b1"), 53)));
        var settings = Path.Combine(Directory, "resolv.conf");
        await File.WriteAllTextAsync(settings, "nameserver 10.9.0.21\n", TestContext.Current.CancellationToken);
        await using var gorb = await GorbProcess.StartUnderAsync(
            ["unshare", "-m", "sh", "-c", $"mount --bind {settings} $(realpath /etc/resolv.conf) && exec \"$0\" \"$@\""], "-i", "br0");
        await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        for (var i = 0; i < 40; i++)
        {
            await gorb.PutAsync($"/service/web/b{i}",
                $$"""{"host": "10.9.0.21", "port": {{8000 + i}}, "pulse": {"type": "tcp", "interval": "1s", "timeout": "1s", "args": {"host": "n{{i}}.example"} } }""");
        }

        var writes = Enumerable.Range(0, Lookups).Select(i => gorb.SendAsync(HttpMethod.Put, $"/service/s{i}", $$"""{"host": "s{{i}}.example", "port": 80}""")).ToList();
        silent.Client.Poll(Eventually.Limit, SelectMode.SelectRead).Should().BeTrue("the server is asked");
        var others = AskOthersAsync(gorb);
        (await Task.WhenAny(others, Task.WhenAny(writes))).Should().BeSameAs(others, "they are answered while the lookups are still waiting");
        await others;

        foreach (var answer in await Task.WhenAll(writes))
        {
            answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("the name server does not answer");
        }

        await Eventually.Async(async () => (await gorb.GetAsync("/service/web/b7")).TryGetProperty("pulse", out var pulse) && pulse.GetProperty("checks")[0].GetProperty("reason").GetString()
            == "not checked: n7.example does not resolve: the name server does not answer");
        Shell.Ipvsadm().Count(line => line.EndsWith("-w 100", StringComparison.Ordinal)).Should().Be(40, "a name server's silence says nothing about backends");
        _ = Enumerable.Range(0, Lookups).Select(i => gorb.SendAsync(HttpMethod.Put, $"/service/t{i}", $$"""{"host": "t{{i}}.example", "port": 80}""")).ToList();
        await gorb.TerminateAsync(); // within its time limit
    }

    private static async Task AskOthersAsync(GorbProcess gorb)
    {
        await gorb.GetAsync("/service");
        await gorb.PatchAsync("/service/web", """{"method": "rr"}""");
        await gorb.PutAsync("/service/local", """{"host": "localhost", "port": 81}""");
    }
}
