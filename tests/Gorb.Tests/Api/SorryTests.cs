using System.Net;
using Gorb.Ipvs;

namespace Gorb.Tests.Api;

/// <summary>The sorry backend serves when no other backend is up.</summary>
public sealed class SorryTests : DaemonTest
{
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);


    /// <summary>The sorry backend and a backend of the same service cannot share an endpoint: the kernel has one destination for it.</summary>
    [Fact]
    public async Task Patch_FallbackToASorryBackendThatIsABackend_IsRefused()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "sorry": {"host": "10.9.0.21", "port": 80}}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");

        var answer = await _daemon.SendAsync(HttpMethod.Patch, "/service/web", """{"fallback": "sorry"}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).ToString().Should().Contain("b1").And.Contain("10.9.0.21:80 is the sorry backend");
        _daemon.ReadKernel()[0].Destinations.Should().ContainSingle().Which.Destination.Weight.Should().Be(100);
    }

    [Fact]
    public async Task GetIpvs_ShowsItAsManagedThoughItIsNoBackend()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "fallback": "sorry", "sorry": {"host": "10.9.0.9", "port": 80}}""");

        var destination = (await _daemon.GetAsync("/ipvs")).GetProperty("services")[0].GetProperty("destinations")[0];

        destination.GetProperty("key").GetString().Should().Be("10.9.0.9:80");
        destination.GetProperty("managed").GetBoolean().Should().BeTrue();
        destination.TryGetProperty("backend", out _).Should().BeFalse();
        (await _daemon.GetAsync("/service/web")).TryGetProperty("unmanaged", out _).Should().BeFalse();
    }

    /// <summary>With another fallback the sorry backend is not in the kernel, so a destination at its endpoint is unmanaged.</summary>
    [Fact]
    public async Task Get_WithAnotherFallback_ShowsAForeignerAtItsPlaceAsUnmanaged()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "sorry": {"host": "10.9.0.9", "port": 80}}""");
        _daemon.ChangeKernel(client => client.Apply([new IpvsChange.AddDestination(Web, new Destination(new DestinationKey(IPAddress.Parse("10.9.0.9"), 80)))]));

        (await _daemon.GetAsync("/ipvs")).GetProperty("services")[0].GetProperty("destinations")[0].GetProperty("managed").GetBoolean().Should().BeFalse();
        (await _daemon.GetAsync("/service/web")).GetProperty("unmanaged")[0].GetString().Should().Be("10.9.0.9:80");
    }

    /// <summary>A service of all ports or by mark sends each packet to the port where it arrived, so its sorry backend has no port.</summary>
    [Theory]
    [InlineData("""{"fwmark": 7, "fallback": "sorry", "sorry": {"host": "10.9.0.9"}}""", 0)]
    [InlineData("""{"fwmark": 7, "fallback": "sorry", "sorry": {"host": "10.9.0.9", "port": 8080}}""", 8080)]
    [InlineData("""{"host": "10.9.0.100", "port": 0, "persistent": true, "fallback": "sorry", "sorry": {"host": "10.9.0.9"}}""", 0)]
    [InlineData("""{"host": "10.9.0.100", "port": 80, "fallback": "sorry", "sorry": {"host": "10.9.0.9"}}""", 80)]
    public async Task WithAnyPort_WhatIsShownCanBePutBack(string body, int port)
    {
        await _daemon.PutAsync("/service/web", body);
        var mutations = _daemon.Kernel.Mutations;

        await _daemon.PutAsync("/config", (await _daemon.GetAsync("/config")).ToString());
        await _daemon.PutAsync("/service/web", (await _daemon.GetAsync("/service/web")).GetProperty("options").ToString());
        await _daemon.PatchAsync("/service/web", """{"start": "keep"}""");

        _daemon.Kernel.Mutations.Should().Be(mutations);
        _daemon.ReadKernel().Single().Destinations.Single().Destination.Key.Port.Should().Be((ushort)port);
    }

    [Fact]
    public async Task Put_NoPortWhereTheServiceHasOne_IsRefused()
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web", """{"host": "10.9.0.100", "port": 80, "fallback": "sorry", "sorry": {"host": "10.9.0.9", "port": 0}}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("error").GetString().Should().Be("sorry.port: must be a whole number from 1 to 65535");
    }
}
