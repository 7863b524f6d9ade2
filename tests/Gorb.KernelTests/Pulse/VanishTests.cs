using System.Net;
using System.Net.Sockets;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Pulse;

/// <summary>Every way in which a backend, its host, or the path to it can fail, mostly seen by a UDP check without an expected answer.</summary>
public sealed class VanishTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const string Pulse = """{"type": "udp", "interval": "400ms", "timeout": "200ms", "fall": 1, "args": {"port": 9999}}""";

    /// <summary>How soon the kernel gives up a host that does not answer: in the order of 10 s by default, in which nothing happens.</summary>
    private static readonly (string Name, string Value, string Default)[] Timers =
    [
        ("net.ipv4.neigh.br0.base_reachable_time_ms", "200", "30000"), // up to 45 s, in which the kernel does not ask
        ("net.ipv4.neigh.br0.delay_first_probe_time", "1", "5"),
        ("net.ipv4.neigh.br0.retrans_time_ms", "100", "1000"),
        ("net.ipv6.neigh.br0.retrans_time_ms", "100", "1000"),
    ];

    /// <summary>
    /// A router that forbids IPv6 packets gives an error that also means a missing permission on this host (EACCES). In the lab it may come before connect(2) returns;
    /// then the kernel waits for the error of the next SYN, a second later.
    /// </summary>
    [Theory]
    [InlineData("tcp", """ "port": 9999 """)]
    [InlineData("http", """ "port": 9999 """)]
    [InlineData("udp", """ "port": 9999 """)]
    [InlineData("dns", """ "port": 9999, "name": "a.test", "tcp": true """)]
    [InlineData("ping", "")]
    public async Task WhatIsForbiddenOnTheWay_IsAFailure(string type, string args)
    {
        Shell.Run("ip", "-n", "b2", "route", "add", "prohibit", "fd00:88::/64");
        Shell.Run("ip", "netns", "exec", "b2", "sysctl", "-qw", "net.ipv6.conf.all.forwarding=1", "net.ipv6.icmp.ratelimit=0");
        Shell.Run("ip", "route", "add", "fd00:88::/64", "via", "fd00:9::22");
        try
        {
            await Gorb.PutAsync("/service/web6", """{"host": "fd00:9::100", "port": 53, "protocol": "udp"}""");
            await Gorb.PutAsync("/service/web6/b", $$"""{"host": "fd00:88::1", "port": 53, "pulse": {"type": "{{type}}", "interval": "4s", "timeout": "4s", "fall": 1, "args": { {{args}} } } }""");

            await EventuallyAsync("web6", "b", "down", "a firewall or router on the way forbids it (administratively prohibited)");
        }
        finally
        {
            Shell.Run("ip", "route", "delete", "fd00:88::/64");
            Shell.Run("ip", "netns", "exec", "b2", "sysctl", "-qw", "net.ipv6.conf.all.forwarding=0", "net.ipv6.icmp.ratelimit=1000");
            Shell.Run("ip", "-n", "b2", "route", "delete", "prohibit", "fd00:88::/64");
        }
    }

    [Fact]
    public async Task WhatTellsThatNobodyIsThere_IsAFailure()
    {
        SetTimers(timer => timer.Value);
        Shell.Run("ip", "-n", "b2", "route", "add", "unreachable", "10.88.1.0/24");
        Shell.Run("ip", "-n", "b2", "route", "add", "prohibit", "10.88.2.0/24");
        Shell.Run("ip", "netns", "exec", "b2", "sysctl", "-qw", "net.ipv4.ip_forward=1");
        Shell.Run("ip", "route", "add", "10.88.0.0/16", "via", "10.9.0.22");
        Shell.Run("ip", "link", "add", "gone0", "type", "dummy");
        Shell.Run("ip", "addr", "add", "10.89.0.1/24", "dev", "gone0");
        Shell.Run("ip", "link", "set", "gone0", "up");
        try
        {
            await Gorb.PutAsync("/service/web4", """{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");
            await Gorb.PutAsync("/service/web6", """{"host": "fd00:9::100", "port": 53, "protocol": "udp"}""");
            using var silent = NetworkNamespace.Run("b1", () => new UdpClient(new IPEndPoint(IPAddress.Any, 9999)));
            await PutAsync("web4", "silent", "10.9.0.21");
            await EventuallyAsync("web4", "silent", "up", "no answer, and none was expected");
            Shell.Run("ip", "link", "set", "gone0", "down");
            (string Service, string Host, string Reason)[] gone =
            [
                ("web4", "10.9.0.23", "port unreachable"),
                ("web6", "fd00:9::23", "port unreachable"),
                ("web4", "10.9.0.77", "no route to host"), // no host answers ARP
                ("web6", "fd00:9::77", "no route to host"),
                ("web4", "10.88.1.1", "no route to host"), // a router reports it
                ("web4", "10.88.2.1", "no route to host"),
                ("web4", "10.89.0.7", "network unreachable"), // the director's own link is down
            ];
            foreach (var (service, host, _) in gone)
            {
                await PutAsync(service, Name(host), host);
            }

            foreach (var (service, host, reason) in gone)
            {
                await EventuallyAsync(service, Name(host), "down", reason);
            }

            await EventuallyAsync("web4", "silent", "up", "no answer, and none was expected");
            silent.Dispose();
            await EventuallyAsync("web4", "silent", "down", "port unreachable");
        }
        finally
        {
            Shell.Run("ip", "link", "delete", "gone0");
            Shell.Run("ip", "route", "delete", "10.88.0.0/16");
            Shell.Run("ip", "-n", "b2", "route", "delete", "unreachable", "10.88.1.0/24");
            Shell.Run("ip", "-n", "b2", "route", "delete", "prohibit", "10.88.2.0/24");
            SetTimers(timer => timer.Default);
        }
    }

    /// <summary>The host answered recently, so the kernel first asks in vain for the link-layer address that it knows.</summary>
    [Theory]
    [InlineData("-n", "guest")] // the guest's end of the wire
    [InlineData()] // the director's end
    public async Task HostThatWasThere_IsMissed(params string[] end)
    {
        SetTimers(timer => timer.Value);
        Shell.Run("ip", "netns", "add", "guest");
        try
        {
            Shell.Run("ip", "link", "add", "vguest", "type", "veth", "peer", "name", "vguest", "netns", "guest");
            Shell.Run("ip", "link", "set", "vguest", "master", "br0", "up");
            Shell.Run("ip", "-n", "guest", "link", "set", "vguest", "up");
            Shell.Run("ip", "-n", "guest", "addr", "add", "10.9.0.55/24", "dev", "vguest");
            using var silent = NetworkNamespace.Run("guest", () => new UdpClient(new IPEndPoint(IPAddress.Any, 9999)));
            await Gorb.PutAsync("/service/web4", """{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");
            await PutAsync("web4", "guest", "10.9.0.55");
            await EventuallyAsync("web4", "guest", "up", "no answer, and none was expected");

            Shell.Run("ip", [.. end, "link", "set", "vguest", "down"]);

            await EventuallyAsync("web4", "guest", "down", "no route to host");
        }
        finally
        {
            NetworkNamespace.Delete("guest", "vguest");
            SetTimers(timer => timer.Default);
        }
    }

    private static void SetTimers(Func<(string Name, string Value, string Default), string> value) => Shell.Run("sysctl", ["-qw", .. Timers.Select(timer => $"{timer.Name}={value(timer)}")]);

    private static string Name(string host) => $"b{host.Replace(':', '-')}";

    private Task PutAsync(string service, string name, string host) =>
        Gorb.PutAsync($"/service/{service}/{name}", $$"""{"host": "{{host}}", "port": 53, "pulse": {{Pulse}} }""");

    private async Task EventuallyAsync(string service, string name, string status, string reason)
    {
        var seen = "";
        await Eventually.Async(
            async () =>
            {
                var view = await Gorb.GetAsync($"/service/{service}/{name}");
                seen = $"{name}: {view}";
                return view.TryGetProperty("pulse", out var pulse) && pulse.GetProperty("checks")[0] is var check // the checks of a new backend begin after the PUT's answer
                    && check.TryGetProperty("status", out var found) && found.GetString() == status && check.GetProperty("reason").GetString() == reason;
            },
            () => seen);
    }
}
