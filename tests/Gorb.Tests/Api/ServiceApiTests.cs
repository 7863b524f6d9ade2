using System.Net;
using System.Text.Json;
using Gorb.Ipvs;

namespace Gorb.Tests.Api;

public sealed class ServiceApiTests : DaemonTest
{

    /// <summary>Some editors start a text file with a byte-order mark, and curl sends the mark unchanged (RFC 8259, 8.1).</summary>
    [Fact]
    public async Task Put_BodyWithByteOrderMark_IsRead()
    {
        await _daemon.PutAsync("/service/web", "\uFEFF{\"host\": \"10.9.0.100\", \"port\": 80}");
        await _daemon.PutAsync("/service/web/b1", "\uFEFF{\"host\": \"10.9.0.21\", \"port\": 80}");
        await _daemon.PatchAsync("/service/web/b1", "\uFEFF{\"weight\": 7}");

        _daemon.ReadKernel().Single().Destinations.Single().Destination.Weight.Should().Be(7);
    }

    [Fact]
    public async Task Put_NewService_IsAnEmpty200AndInTheKernel()
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web", """{"host": "10.9.0.100", "port": 80}""");

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Should().BeEmpty();
        var service = _daemon.ReadKernel().Should().ContainSingle().Subject.Service.Service;
        service.Key.ToString().Should().Be("tcp/10.9.0.100:80");
        service.Scheduler.Should().Be("wrr");
        service.Flags.Should().Be(ServiceFlags.None);
    }

    [Fact]
    public async Task Put_AsGorbsGoClientSendsIt_TakesEmptyMembersForDefaults()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "protocol": "", "method": "", "flags": "", "persistent": false}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "weight": 0, "method": "", "pulse": null}""");

        var destination = _daemon.ReadKernel().Single().Destinations.Single().Destination;
        destination.Weight.Should().Be(100);
        destination.Forwarding.Should().Be(ForwardingMethod.Masquerade);
    }

    [Fact]
    public async Task Put_EveryMember_ReachesTheKernel()
    {
        await _daemon.PutAsync("/service/dns",
            """{"host": "fd00:9::100", "port": 53, "protocol": "UDP", "method": "sh", "flags": "sh-fallback|sh-port", "ops": true, "persistence": {"timeout": "2m", "netmask": "64"}}""");

        var service = _daemon.ReadKernel().Single().Service.Service;
        service.Key.ToString().Should().Be("udp/[fd00:9::100]:53");
        service.Scheduler.Should().Be("sh");
        service.Flags.Should().Be(ServiceFlags.Persistent | ServiceFlags.OnePacket | ServiceFlags.Scheduler1 | ServiceFlags.Scheduler2);
        service.PersistenceTimeout.Should().Be(120);
        service.Netmask.PrefixLength.Should().Be(64);
    }

    [Fact]
    public async Task Put_Persistent_ReachesTheKernel()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "persistent": true}""");

        var service = _daemon.ReadKernel().Single().Service.Service;
        service.Flags.Should().Be(ServiceFlags.Persistent);
        service.PersistenceTimeout.Should().Be(300);
    }

    [Theory]
    [InlineData("""{"fwmark": 7}""", "fwmark/7")]
    [InlineData("""{"fwmark": 7, "family": "ipv6"}""", "fwmark6/7")]
    [InlineData("""{"host": "10.9.0.100", "port": 80, "protocol": "sctp"}""", "sctp/10.9.0.100:80")]
    [InlineData("""{"host": "10.9.0.100", "port": 0, "persistent": true}""", "tcp/10.9.0.100:0")]
    [InlineData("""{"host": "localhost", "port": 80}""", "tcp/127.0.0.1:80")]
    public async Task Put_EveryKindOfIdentity_ReachesTheKernel(string body, string key)
    {
        await _daemon.PutAsync("/service/web", body);

        _daemon.ReadKernel().Single().Service.Service.Key.ToString().Should().Be(key);
    }

    [Fact]
    public async Task Put_TheSameAgain_TouchesNothing()
    {
        const string body = """{"host": "10.9.0.100", "port": 80, "method": "mh", "flags": "mh-port", "persistent": true}""";
        await _daemon.PutAsync("/service/web", body);
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");
        var mutations = _daemon.Kernel.Mutations;

        await _daemon.PutAsync("/service/web", body);
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");

        _daemon.Kernel.Mutations.Should().Be(mutations);
    }

    [Fact]
    public async Task Put_OtherScheduler_EditsInPlaceAndKeepsBackends()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        var mutations = _daemon.Kernel.Mutations;

        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");

        _daemon.Kernel.Mutations.Should().Be(mutations + 1);
        var entry = _daemon.ReadKernel().Single();
        entry.Service.Service.Scheduler.Should().Be("rr");
        entry.Destinations.Should().ContainSingle();
    }

    [Fact]
    public async Task Put_OtherPort_MovesTheServiceWithItsBackends()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");

        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 81}""");

        var entry = _daemon.ReadKernel().Should().ContainSingle().Subject;
        entry.Service.Service.Key.Port.Should().Be(81);
        entry.Destinations.Should().ContainSingle();
    }

    [Fact]
    public async Task Put_TheAddressOfAnother_Is409()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/other", """{"host": "10.9.0.100", "port": 80}""");

        answer.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await TestDaemon.JsonAsync(answer)).GetProperty("error").GetString().Should().Be("specified object already exists");
    }

    [Fact]
    public async Task Put_CreateOnly_Is412WhenItExists()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/service/web") { Content = new StringContent("""{"host": "10.9.0.100", "port": 81}""") };
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");

        var answer = await _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.PreconditionFailed);
        _daemon.ReadKernel().Single().Service.Service.Key.Port.Should().Be(80);
    }

    [Fact]
    public async Task Patch_OneMember_LeavesTheOthers()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "sh", "flags": "sh-port", "persistence": {"timeout": 60, "netmask": "24"}}""");

        await _daemon.PatchAsync("/service/web", """{"persistence": {"timeout": "90s"}}""");

        var service = _daemon.ReadKernel().Single().Service.Service;
        service.Scheduler.Should().Be("sh");
        service.Flags.Should().Be(ServiceFlags.Persistent | ServiceFlags.Scheduler2 | ServiceFlags.Scheduler1, "sh falls back unless it is told not to");
        service.PersistenceTimeout.Should().Be(90);
        service.Netmask.ToString().Should().Be("255.255.255.0");
    }

    [Fact]
    public async Task Patch_Null_IsTheDefault()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "sh", "persistent": true}""");

        await _daemon.PatchAsync("/service/web", """{"method": null, "persistent": false}""");

        var service = _daemon.ReadKernel().Single().Service.Service;
        service.Scheduler.Should().Be("wrr");
        service.Flags.Should().Be(ServiceFlags.None);
    }

    [Fact]
    public async Task Delete_Service_RemovesItAndNothingElse()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/dns", """{"host": "10.9.0.100", "port": 53, "protocol": "udp"}""");

        var answer = await _daemon.SendAsync(HttpMethod.Delete, "/service/web", null);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        _daemon.ReadKernel().Should().ContainSingle().Which.Service.Service.Key.Port.Should().Be(53);
        (await _daemon.GetAsync("/service")).EnumerateArray().Select(name => name.GetString()).Should().Equal("dns");
    }

    [Fact]
    public async Task Get_Service_ShowsGorbsMembersAndTheKernels()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "flags": "flag-1|flag-2"}""");

        var view = await _daemon.GetAsync("/service/web");

        var options = view.GetProperty("options");
        options.GetProperty("host").GetString().Should().Be("10.9.0.100");
        options.GetProperty("port").GetInt32().Should().Be(80);
        options.GetProperty("protocol").GetString().Should().Be("tcp");
        options.GetProperty("method").GetString().Should().Be("wrr");
        options.GetProperty("flags").GetString().Should().Be("flag-1|flag-2");
        options.GetProperty("persistent").GetBoolean().Should().BeFalse();
        view.GetProperty("health").GetDouble().Should().Be(1);
        view.GetProperty("backends").GetArrayLength().Should().Be(0);
        view.GetProperty("kernel").GetProperty("connections").ValueKind.Should().Be(JsonValueKind.Number);
        view.TryGetProperty("kernel_error", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Get_ServiceThatOthersRemoved_SaysSo()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        _daemon.ChangeKernel(client => client.Flush());

        var view = await _daemon.GetAsync("/service/web");

        view.GetProperty("kernel_error").GetString().Should().Contain("not in the kernel's table");
    }

    [Fact]
    public async Task Get_List_IsAnArrayEvenWhenEmpty() => (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
}
