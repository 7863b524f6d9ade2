using System.Globalization;
using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>Addresses of services on the host's devices. The daemon compares nothing on a timer, so that only notifications bring an address back.</summary>
public sealed class VipTests : OwnDaemonTest
{
    private static readonly IPAddress Near = IPAddress.Parse("10.9.0.110"), Far4 = IPAddress.Parse("10.9.7.110"), Far6 = IPAddress.Parse("fd00:9:7::110");

    /// <summary>The address comes with its first service, serves clients of the director's subnet, and goes with the last.</summary>
    [Fact]
    public async Task Dummy_ServesTraffic_AndTwoServicesShareAnAddress()
    {
        RemoveLink("gorb0");
        await using var gorb = await StartAsync("--vip-interface", "gorb0", "--resync", "none");
        ForgetNeighbor(Near);

        await gorb.PutServiceAsync("web", $$"""{"host": "{{Near}}", "port": 80, "method": "rr"}""");
        await SeeNeighborAsync(Near);
        await gorb.PutServiceAsync("tls", $$"""{"host": "{{Near}}", "port": 443, "method": "rr"}""");

        Visitor.Spread(Near, 80, 9).Values.Should().Equal(3, 3, 3);
        (await VipAsync(gorb, Near)).Should().Be("owned gorb0 tls,web");
        ForgetNeighbor(Near);
        await gorb.SendAsync(HttpMethod.Post, $"/vip/{Near}/announce");
        await SeeNeighborAsync(Near);

        await gorb.DeleteAsync("/service/web");
        Holds("gorb0", Near).Should().BeTrue();
        Visitor.Spread(Near, 443, 3).Values.Should().Equal(1, 1, 1);
        await gorb.DeleteAsync("/service/tls");
        Holds("gorb0", Near).Should().BeFalse();
        RemoveLink("gorb0");
    }

    [Fact]
    public async Task AddressThatIsTaken_ComesBack_AlsoAfterItsDeviceWasDownOrGone()
    {
        RemoveLink("vip0");
        await using var gorb = await StartAsync("--vip-interface", "vip0", "--resync", "none");
        await gorb.LogsAsync("there is no network device 'vip0'");
        using (var refused = await gorb.SendAsync(HttpMethod.Put, "/service/four", $$"""{"host": "{{Far4}}", "port": 80}"""))
        {
            refused.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        }

        Shell.Run("ip", "link", "add", "vip0", "type", "dummy");
        Shell.Run("ip", "link", "set", "vip0", "up");
        Shell.Run("ip", "-n", "cl", "route", "replace", "10.9.7.0/24", "via", "10.9.0.1");
        Shell.Run("ip", "-n", "cl", "route", "replace", "fd00:9:7::/64", "via", "fd00:9::1");
        await gorb.PutServiceAsync("four", $$"""{"host": "{{Far4}}", "port": 80, "method": "rr"}""");
        await gorb.PutServiceAsync("six", $$"""{"host": "{{Far6}}", "port": 80, "method": "rr"}""", v6: true);

        await BackAsync("ip", "addr", "del", $"{Far4}/32", "dev", "vip0");
        await BackAsync("ip", "addr", "del", $"{Far6}/128", "dev", "vip0");
        for (var i = 0; i < 4; i++) // more often than another program may take it
        {
            await BackAsync("sh", "-c", "ip link set vip0 down; ip link set vip0 up");
        }

        Visitor.Spread(Far6, 80, 3).Values.Should().Equal(1, 1, 1);
        await BackAsync("sh", "-c", "ip link del vip0; ip link add vip0 type dummy; ip link set vip0 up");
        Visitor.Spread(Far4, 80, 3).Values.Should().Equal(1, 1, 1);
        Visitor.Spread(Far6, 80, 3).Values.Should().Equal(1, 1, 1);
        RemoveLink("vip0");
    }

    /// <summary>On the wire's own device the kernel answers neighbour discovery, and an address that was there before is never removed.</summary>
    [Fact]
    public async Task Wire_TellsNeighbours_AndKeepsWhatWasThere()
    {
        var (six, before) = (IPAddress.Parse("fd00:9::110"), IPAddress.Parse("10.9.0.111"));
        Shell.Run("ip", "addr", "add", $"{before}/32", "dev", "br0");
        await using var gorb = await StartAsync("-vipi", "br0", "--resync", "none");
        ForgetNeighbor(six);

        await gorb.PutServiceAsync("six", $$"""{"host": "{{six}}", "port": 80, "method": "rr"}""", v6: true);
        await SeeNeighborAsync(six);
        await gorb.PutAsync("/service/before", $$"""{"host": "{{before}}", "port": 80}""");

        Visitor.Spread(six, 80, 3).Values.Should().Equal(1, 1, 1);
        (await VipAsync(gorb, six)).Should().Be("owned br0 six");
        (await VipAsync(gorb, before)).Should().Be("found br0 before");
        using (var refused = await gorb.SendAsync(HttpMethod.Post, $"/vip/{before}/announce"))
        {
            refused.StatusCode.Should().Be(HttpStatusCode.Conflict);
        }

        await gorb.PutAsync("/config", """{"services": {}}""");
        (Holds("br0", before), Holds("br0", six)).Should().Be((true, false));
        Shell.Run("ip", "addr", "del", $"{before}/32", "dev", "br0");
    }

    /// <summary>A crash leaves the address without its service, or the service without its address. Either start makes both, and the last service still takes the address along.</summary>
    [Fact]
    public async Task Kill_BetweenAddressAndService_LosesAndLeavesNothing()
    {
        RemoveLink("gorb0");
        await using (var gorb = await StartAsync("--vip-interface", "gorb0"))
        {
            await gorb.PutServiceAsync("web", $$"""{"host": "{{Near}}", "port": 80, "method": "rr"}""");
            await gorb.KillAsync();
        }

        Shell.Run("ipvsadm", "-C");
        await using (var gorb = await StartAsync("--vip-interface", "gorb0"))
        {
            Visitor.Spread(Near, 80, 3).Values.Should().Equal(1, 1, 1);
            await gorb.KillAsync();
        }

        Shell.Run("ip", "addr", "del", $"{Near}/32", "dev", "gorb0");
        await using (var gorb = await StartAsync("--vip-interface", "gorb0"))
        {
            await Eventually.Async(() => Task.FromResult(Holds("gorb0", Near)));
            Visitor.Spread(Near, 80, 3).Values.Should().Equal(1, 1, 1);
            await gorb.KillAsync();
        }

        // another device: the address is on the new one before it leaves the old one
        await using (var gorb = await StartAsync("--vip-interface", "br0"))
        {
            await Eventually.Async(() => Task.FromResult(Holds("br0", Near) && !Holds("gorb0", Near)));
            await gorb.KillAsync();
        }

        // without the option it stays for its service, and goes with it
        await using (var gorb = await StartAsync())
        {
            Visitor.Spread(Near, 80, 3).Values.Should().Equal(1, 1, 1);
            await gorb.DeleteAsync("/service/web");
            Holds("br0", Near).Should().BeFalse();
        }

        RemoveLink("gorb0");
    }

    private static bool Holds(string device, IPAddress address)
    {
        using var client = AddressClient.Create();
        return client.FindLink(device) is { } link && client.GetAddresses().Any(held => held.Link == link.Index && held.Address.Equals(address));
    }

    /// <summary>Takes addresses by a command, and waits until both are there again. The daemon compares nothing by itself, so only the kernel's notice brings them back.</summary>
    private static async Task BackAsync(string program, params string[] arguments)
    {
        Shell.Run(program, arguments);
        await Eventually.Async(() => Task.FromResult(Holds("vip0", Far4) && Holds("vip0", Far6)), () => Shell.Run("ip", "addr", "show", "dev", "vip0"));
    }

    private static async Task<string> VipAsync(GorbProcess gorb, IPAddress address)
    {
        var vip = (await gorb.GetAsync("/vip")).EnumerateArray().Single(vip => vip.GetProperty("address").GetString() == address.ToString());
        return $"{vip.GetProperty("state")} {vip.GetProperty("device")} {string.Join(',', vip.GetProperty("services").EnumerateArray().Select(static service => service.GetString()))}";
    }

    /// <summary>Makes the client believe that an address is elsewhere.</summary>
    private static void ForgetNeighbor(IPAddress address) =>
        Shell.Run("ip", "-n", "cl", "neigh", "replace", $"{address}", "lladdr", "02:00:00:00:00:99", "dev", "eth0", "nud", "reachable");

    /// <summary>Waits until the client knows an address as the director's, without asking for it.</summary>
    private static async Task SeeNeighborAsync(IPAddress address)
    {
        using var client = AddressClient.Create();
        var here = string.Join(':', client.FindLink("br0")!.HardwareAddress.GetAddressBytes().Select(static part => part.ToString("x2", CultureInfo.InvariantCulture)));
        var entry = "";
        await Eventually.Async(() => Task.FromResult((entry = Shell.Run("ip", "-n", "cl", "neigh", "show", $"{address}")).Contains(here, StringComparison.Ordinal)), () => entry);
    }

    private static void RemoveLink(string name)
    {
        using var client = AddressClient.Create();
        if (client.FindLink(name) is { } link)
        {
            client.RemoveLink(link.Index);
        }
    }
}
