using System.Net;
using Gorb.Writer;

namespace Gorb.Tests.Api;

/// <summary>PATCH validates only the members that it contains, and null leaves a member without a removable value unchanged.</summary>
public sealed class PatchTests : DaemonTest
{
    private const string Generated = """
        {"host": null, "port": null, "protocol": null, "fwmark": null, "family": null, "method": null, "flags": null, "persistent": null, "persistence": null, "ops": null,
            "exclusive": null, "pulse": null, "start": "keep", "slow_start": null, "fallback": null, "min_healthy": null, "sorry": null, "owner": null}
        """;

    private const string GeneratedBackend = """
        {"host": null, "port": null, "method": null, "weight": 7, "tunnel": null, "upper_threshold": null, "lower_threshold": null, "pulse": null, "drain": null,
            "force": null, "vsid": null, "owner": null}
        """;


    [Theory]
    [InlineData("""{"host": "fd00:9::100", "port": 80, "persistent": true}""", """{"host": "10.9.0.100"}""", "tcp/10.9.0.100:80")]
    [InlineData("""{"host": "10.9.0.100", "port": 80, "persistent": true}""", """{"host": "fd00:9::100"}""", "tcp/[fd00:9::100]:80")]
    [InlineData("""{"host": "fd00:9::100", "port": 80, "persistence": {"timeout": 60}}""", """{"host": "10.9.0.100", "persistence": {"timeout": 90}}""", "tcp/10.9.0.100:80")]
    [InlineData("""{"fwmark": 7}""", """{"fwmark": null, "host": "10.9.0.100", "port": 80}""", "tcp/10.9.0.100:80")]
    [InlineData("""{"fwmark": 7, "family": "ipv6"}""", """{"fwmark": null, "host": "10.9.0.100", "port": 80, "family": null}""", "tcp/10.9.0.100:80")]
    [InlineData("""{"fwmark": 7}""", """{"fwmark": 8}""", "fwmark/8")]
    [InlineData("""{"host": "fd00:9::100", "port": 80}""", """{"fwmark": 7}""", "fwmark6/7")]
    [InlineData("""{"host": "10.9.0.100", "port": 80, "protocol": "udp"}""", Generated, "udp/10.9.0.100:80")]
    [InlineData("""{"fwmark": 7, "family": "ipv6"}""", Generated, "fwmark6/7")]
    [InlineData("""{"host": "10.9.0.100", "port": 80, "fallback": "sorry", "sorry": {"host": "10.9.0.9", "method": "dr"}}""", """{"port": 81}""", "tcp/10.9.0.100:81")]
    public async Task PatchService_OfWhatItGives_IsTaken(string service, string patch, string key)
    {
        await _daemon.PutAsync("/service/web", service);

        await _daemon.PatchAsync("/service/web", patch);

        _daemon.ReadKernel().Single().Service.Service.Key.ToString().Should().Be(key);
    }

    [Theory]
    [InlineData("""{"host": "10.9.0.100", "port": 80, "persistence": {"netmask": "24"}}""", """{"host": "fd00:9::100"}""", "persistence.netmask", "becomes IPv6")]
    [InlineData("""{"fwmark": 7}""", """{"host": "10.9.0.100"}""", "host", "fwmark of null")]
    [InlineData("""{"fwmark": 7}""", """{"fwmark": null, "host": "10.9.0.100"}""", "port", "required")]
    public async Task PatchService_ThatLeavesSomethingOpen_SaysWhatToGive(string service, string patch, string field, string problem)
    {
        await _daemon.PutAsync("/service/web", service);

        var answer = await _daemon.SendAsync(HttpMethod.Patch, "/service/web", patch);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var details = (await TestDaemon.JsonAsync(answer)).GetProperty("details");
        var detail = details.EnumerateArray().Should().ContainSingle(details.ToString()).Subject;
        detail.GetProperty("field").GetString().Should().Be(field);
        detail.GetProperty("problem").GetString().Should().Contain(problem);
    }

    [Theory]
    [InlineData("""{"host": "10.9.0.21", "port": 80}""", GeneratedBackend)]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080, "checksum": "full"}}""", """{"tunnel": {"type": "gre"}}""")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080, "checksum": "full"}}""", """{"tunnel": {"type": "ipip"}}""")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "upper_threshold": 20, "lower_threshold": 10}""", """{"upper_threshold": null}""")]
    public async Task PatchBackend_OfWhatItGives_IsTaken(string backend, string patch)
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", backend);

        await _daemon.PatchAsync("/service/web/b1", patch);

        _daemon.ReadKernel().Single().Destinations.Single().Destination.Key.ToString().Should().Be("10.9.0.21:80");
    }

    [Fact]
    public async Task PatchBackend_ThresholdBelowTheOther_IsToldOfTheOneThatWasGiven()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "upper_threshold": 20, "lower_threshold": 10}""");

        var answer = await _daemon.SendAsync(HttpMethod.Patch, "/service/web/b1", """{"upper_threshold": 5}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("field").GetString().Should().Be("upper_threshold");
    }

    /// <summary>The options that GET shows change nothing when they are sent back by PUT or PATCH.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Options_OfAnyObject_PutBackOrPatchedIn_ChangeNothing(int seed)
    {
        const int services = 60;
        var table = new ValidTable(seed).Next(services);
        await _daemon.Service<TableWriter>().ChangeAsync(transaction => transaction.PutAll([.. table.Services.Values], []).Should().BeEmpty());
        table = _daemon.Service<TableWriter>().Current;
        var mutations = _daemon.Kernel.Mutations;

        foreach (var service in table.Services.Values)
        {
            await SendBackAsync($"/service/{service.Name}");
            foreach (var backend in service.Backends.Values)
            {
                await SendBackAsync($"/service/{service.Name}/{backend.Name}");
            }
        }

        var after = _daemon.Service<TableWriter>().Current;
        foreach (var service in table.Services.Values)
        {
            after.Find(service.Name)!.Spec.Should().Be(service.Spec);
            after.Find(service.Name)!.Backends.Values.Select(backend => backend.Spec).Should().Equal(service.Backends.Values.Select(backend => backend.Spec));
        }

        _daemon.Kernel.Mutations.Should().Be(mutations);
    }

    private async Task SendBackAsync(string path)
    {
        var options = (await _daemon.GetAsync(path)).GetProperty("options").GetRawText();
        await _daemon.PutAsync(path, options);
        await _daemon.PatchAsync(path, options);
    }
}
