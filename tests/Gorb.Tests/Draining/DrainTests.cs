using System.Net;
using Gorb.Draining;
using Gorb.Ipvs.Wire;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Draining;

public sealed class DrainTests : DaemonTest
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Delete_WithDrain_GoesToWeightZeroAndGoesWithItsLastConnection()
    {
        await FillAsync("tcp");

        (await DeleteAsync("/service/web/b1?drain=30s")).Should().Be(HttpStatusCode.Accepted);
        Connections(3);
        Weights().Should().BeEquivalentTo([0, 100]);
        var shown = (await _daemon.GetAsync("/service/web/b1")).GetProperty("drain");
        shown.GetProperty("connections").GetInt32().Should().Be(3);
        shown.GetProperty("until").GetDateTimeOffset().Should().Be(_time.GetUtcNow() + TimeSpan.FromSeconds(30));
        await CheckAsync();
        Weights().Should().HaveCount(2);

        Connections(0);
        await CheckAsync();
        Weights().Should().Equal(100);
    }

    [Fact]
    public async Task Delete_WithDrain_GoesWhenTheTimeIsUp()
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web/b1?drain=30s");
        Connections(3);

        _time.Advance(TimeSpan.FromSeconds(29));
        await CheckAsync();
        Weights().Should().HaveCount(2);

        _time.Advance(TimeSpan.FromSeconds(1));
        await CheckAsync();
        Weights().Should().Equal(100);
    }

    [Fact]
    public async Task Delete_WithDrainOfUdp_GoesAtItsOwnShortTime()
    {
        await FillAsync("udp");
        await DeleteAsync("/service/web/b1?drain");

        await CheckAsync();
        Weights().Should().HaveCount(2);

        _time.Advance(TimeSpan.FromSeconds(5));
        await CheckAsync();
        Weights().Should().Equal(100);
    }

    [Fact]
    public async Task Delete_ServiceWithDrain_GoesWithItsLastBackend()
    {
        await FillAsync("tcp");

        (await DeleteAsync("/service/web?drain=30s")).Should().Be(HttpStatusCode.Accepted);
        Connections(1);
        Weights().Should().Equal(0, 0);
        await CheckAsync();
        Weights().Should().ContainSingle(); // b2 had no connection

        Connections(0);
        await CheckAsync();
        _daemon.ReadKernel().Should().BeEmpty();
        (await DeleteAsync("/service/web")).Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Patch_Drain_StaysAtZeroUntilItIsTakenBack()
    {
        await FillAsync("tcp");

        await _daemon.PatchAsync("/service/web/b1", """{"drain": true}""");
        _time.Advance(TimeSpan.FromDays(1));
        await CheckAsync();
        Weights().Should().BeEquivalentTo([0, 100]);

        await _daemon.PatchAsync("/service/web/b1", """{"drain": false}""");
        Weights().Should().BeEquivalentTo([100, 100]);
    }

    [Fact]
    public async Task Put_WhileDraining_KeepsTheBackend()
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web/b1?drain=30s");

        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await CheckAsync();

        Weights().Should().Equal(100, 100);
    }

    /// <summary>A service that keeps one of its backends stays, even after that backend is removed later.</summary>
    [Theory]
    [InlineData("PUT", """{"host": "10.9.0.21", "port": 80}""")]
    [InlineData("PATCH", """{"drain": false}""")]
    public async Task Keep_OneBackendOfADrainingService_KeepsTheServiceForGood(string method, string body)
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web?drain=30s");
        await _daemon.SendAsync(new HttpMethod(method), "/service/web/b1", body);
        await CheckAsync();
        Weights().Should().Equal(100);

        await DeleteAsync("/service/web/b1?drain=30s");
        await CheckAsync();

        _daemon.ReadKernel().Should().ContainSingle().Which.Destinations.Should().BeEmpty();
        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(1);
    }

    /// <summary>PUT of a draining service ends its drain; PATCH of a member does not.</summary>
    [Theory]
    [InlineData("PUT", 1)]
    [InlineData("PATCH", 0)]
    public async Task Change_OfADrainingService_KeepsItOnlyIfItIsPut(string method, int services)
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web?drain=30s");
        await _daemon.SendAsync(new HttpMethod(method), "/service/web", """{"host": "10.9.0.100", "port": 80, "method": "lc"}""");
        Weights().Should().Equal(0, 0);

        await CheckAsync();

        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(services);
    }

    [Fact]
    public async Task Delete_EveryBackendOfADrainingService_EndsTheServiceAtOnce()
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web?drain=10m");

        await DeleteAsync("/service/web/b1");
        await DeleteAsync("/service/web/b2");

        _daemon.ReadKernel().Should().BeEmpty();
        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task PutConfig_AsItWasRead_LetsADrainingServiceGo()
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web?drain=30s");
        Connections(1);
        var table = _daemon.Service<TableWriter>().Current;

        await _daemon.PutAsync("/config", (await _daemon.GetAsync("/config")).ToString());
        _daemon.Service<TableWriter>().Current.Should().BeSameAs(table);

        Connections(0);
        await CheckAsync();
        _daemon.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task PutConfig_WithOneBackendThatStays_KeepsADrainingService()
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web?drain=30s");

        await _daemon.PutAsync("/config", """{"services": {"web": {"host": "10.9.0.100", "port": 80, "backends": {"b1": {"host": "10.9.0.21", "port": 80}}}}}""");
        await DeleteAsync("/service/web/b1?drain=30s");
        await CheckAsync();

        _daemon.ReadKernel().Should().ContainSingle();
    }

    [Fact]
    public async Task PutConfig_WithoutBackends_KeepsADrainingServiceEmpty()
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web?drain=30s");

        await _daemon.PutAsync("/config", """{"services": {"web": {"host": "10.9.0.100", "port": 80}}}""");
        await CheckAsync();

        _daemon.ReadKernel().Should().ContainSingle().Which.Destinations.Should().BeEmpty();
    }

    [Fact]
    public async Task Delete_DrainThatIsNoTime_Is400() =>
        (await DeleteAsync("/service/web/b1?drain=soon")).Should().Be(HttpStatusCode.BadRequest);

    [Fact]
    public async Task Restart_WhileDraining_GoesOn()
    {
        await FillAsync("tcp");
        await DeleteAsync("/service/web/b1?drain=30s");

        await RestartAsync(meanwhile: () => _time.Advance(TimeSpan.FromSeconds(30)));
        await CheckAsync();

        Weights().Should().Equal(100);
    }

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        State = _file.Path,
        Configure = services => services.AddSingleton<TimeProvider>(_time),
    };

    private async Task FillAsync(string protocol)
    {
        await _daemon.PutAsync("/service/web", $$"""{"host": "10.9.0.100", "port": 80, "protocol": "{{protocol}}"}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
    }

    private async Task<HttpStatusCode> DeleteAsync(string path) => (await _daemon.SendAsync(HttpMethod.Delete, path, null)).StatusCode;

    private Task CheckAsync() => _daemon.Service<Drainer>().CheckAsync();

    private List<int> Weights() => [.. _daemon.ReadKernel().Single().Destinations.Select(entry => entry.Destination.Weight)];

    /// <summary>Sets the number of b1's connections in the kernel.</summary>
    private void Connections(uint count)
    {
        var b1 = _daemon.Kernel.Table.Services.Single().Destinations.Single(destination => destination[(ushort)DestinationAttribute.Address][3] == 21);
        b1[(ushort)DestinationAttribute.InactiveConnections] = BitConverter.GetBytes(count);
    }
}
