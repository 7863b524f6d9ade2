using System.Net;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Ipvs.Wire;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;

namespace Gorb.Tests.Targets.Masquerade;

/// <summary>The rules for masquerade follow the services, from the request to the messages of nf_tables.</summary>
public sealed class MasqueradeTests : IAsyncLifetime
{
    private readonly TestDaemon _daemon = new();

    private FakeNftables Nftables => _daemon.Nftables;

    public ValueTask InitializeAsync() => _daemon.InitializeAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Fact]
    public async Task Rules_AreMadeWithTheFirstService_AndGoWithTheLast()
    {
        await _daemon.PutAsync("/service/plain", Body(99, "false"));
        Nftables.HasTable.Should().BeFalse();

        await _daemon.PutAsync("/service/web", Body(100, "true"));
        await _daemon.PutAsync("/service/shop", Body(101, "\"auto\""));
        Expect(("tcp/10.9.0.100:80", MasqueradeMode.Always), ("tcp/10.9.0.101:80", MasqueradeMode.Automatic));

        await _daemon.PatchAsync("/service/web", """{"host": "10.9.0.102"}""");
        Expect(("tcp/10.9.0.101:80", MasqueradeMode.Automatic), ("tcp/10.9.0.102:80", MasqueradeMode.Always));

        await _daemon.PatchAsync("/service/shop", """{"masquerade": null}""");
        Expect(("tcp/10.9.0.102:80", MasqueradeMode.Always));

        await _daemon.DeleteAsync("/service/web");
        Nftables.HasTable.Should().BeFalse();
        _daemon.ReadKernel().Should().HaveCount(2);
    }

    [Fact]
    public async Task RulesAreThere_BeforeTheService_AndAfterIt()
    {
        var seen = new List<string>();
        _daemon.Kernel.Refuse = request =>
        {
            seen.Add($"{request.IpvsCommand} {Nftables.HasTable}");
            return Errno.None;
        };

        await _daemon.PutAsync("/service/web", Body(100, "true"));
        await _daemon.DeleteAsync("/service/web");

        seen.Should().Contain("NewService True").And.Contain("DeleteService True");
        Nftables.HasTable.Should().BeFalse();
    }

    /// <summary>A service for every port of an address does not translate the connections of another service there.</summary>
    [Fact]
    public async Task ServiceWithoutPort_LeavesOutTheOtherServicesOfItsAddress()
    {
        await _daemon.PutAsync("/service/one", Body(100, "false"));
        await _daemon.PutAsync("/service/all", """{"host": "10.9.0.100", "port": 0, "persistent": true, "masquerade": true}""");
        await _daemon.PutAsync("/service/two", """{"host": "10.9.0.100", "port": 81}""");
        Expect(("tcp/10.9.0.100:0", MasqueradeMode.Always), ("tcp/10.9.0.100:80", MasqueradeMode.Never), ("tcp/10.9.0.100:81", MasqueradeMode.Never));

        await _daemon.DeleteAsync("/service/one");
        Expect(("tcp/10.9.0.100:0", MasqueradeMode.Always), ("tcp/10.9.0.100:81", MasqueradeMode.Never));

        await _daemon.DeleteAsync("/service/all");
        Nftables.HasTable.Should().BeFalse();
    }

    [Theory]
    [InlineData("""{"fwmark": 7, "masquerade": true}""", "masquerade", "*firewall mark*")]
    [InlineData("""{"host": "10.9.0.100", "port": 80, "masquerade": "sometimes"}""", "masquerade", "must be false, true or auto")]
    [InlineData("""{"host": "10.9.0.100", "port": 80, "masquerade": 1}""", "masquerade", "must be false, true or auto")]
    public async Task ImpossibleWish_IsRefusedWithItsField(string body, string field, string text)
    {
        var problem = await RefusalAsync(HttpMethod.Put, "/service/web", body);

        problem.GetProperty("field").GetString().Should().Be(field);
        problem.GetProperty("problem").GetString().Should().Match(text);
    }

    [Theory]
    [InlineData("dr")]
    [InlineData("tunnel")]
    public async Task BackendThatAnswersByItself_IsRefused_AndSoIsMasqueradeAroundIt(string method)
    {
        var backend = $$"""{"host": "10.9.0.21", "port": 80, "method": "{{method}}"}""";
        await _daemon.PutAsync("/service/web", Body(100, "true"));
        await _daemon.PutAsync("/service/direct", Body(101, "false"));
        await _daemon.PutAsync("/service/direct/b1", backend);

        var refused = await RefusalAsync(HttpMethod.Put, "/service/web/b1", backend);
        var around = await RefusalAsync(HttpMethod.Patch, "/service/direct", """{"masquerade": true}""");

        (refused.GetProperty("field").GetString(), refused.GetProperty("value").GetString()).Should().Be(("method", method));
        refused.GetProperty("problem").GetString().Should().Contain("Use method nat, or set masquerade of the service to false");
        around.GetProperty("problem").GetString().Should().StartWith("backend 'b1' cannot follow:");
    }

    [Fact]
    public async Task KernelWithoutRules_RefusesTheRequestWithTheReason_AndOthersAreServed()
    {
        Nftables.Refuse = static kind => kind == NftablesMessage.NewTable ? Errno.EOPNOTSUPP : Errno.None;

        var problem = await RefusalAsync(HttpMethod.Put, "/service/web", Body(100, "true"), HttpStatusCode.InternalServerError);

        problem.GetProperty("problem").GetString().Should().Match("masquerade: nf_tables: *EOPNOTSUPP*CONFIG_NF_TABLES_INET*");
        _daemon.ReadKernel().Should().BeEmpty();
        await _daemon.PutAsync("/service/web", Body(100, "false"));
        _daemon.ReadKernel().Should().ContainSingle();
    }

    [Fact]
    public async Task RefusalOfTheKernel_TakesTheEntryBack()
    {
        _daemon.Kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.NewService ? Errno.ENOMEM : Errno.None;

        await RefusalAsync(HttpMethod.Put, "/service/web", Body(100, "true"), HttpStatusCode.InternalServerError);

        Nftables.HasTable.Should().BeFalse();
    }

    [Theory]
    [InlineData("postrouting", "restored table inet gorb")]
    [InlineData(null, "set masquerade of tcp/10.9.0.100:80")]
    public async Task Drift_IsRepaired(string? owner, string told)
    {
        await _daemon.PutAsync("/service/web", Body(100, "true"));
        await using var events = _daemon.Service<EventHub>().ListenAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await events.MoveNextAsync(); // the greeting
        Nftables.Drop(static _ => true, owner);

        await CompareAsync();

        Expect(("tcp/10.9.0.100:80", MasqueradeMode.Always));
        await events.MoveNextAsync();
        events.Current.Text.Should().Contain(told);
    }

    /// <summary>Another Gorb in the same network namespace has its services in the kernel; what nobody has there is a predecessor's.</summary>
    [Fact]
    public async Task EntryThatThisGorbDoesNotWant_StaysAsLongAsItsServiceIsThere()
    {
        var (other, old) = (Key(7), Key(8));
        _daemon.ChangeKernel(client => client.Apply([new IpvsChange.AddService(new VirtualService(other))]));
        using (var table = Nftables.Connect())
        {
            table.Change(_ => new MasqueradeRules(new Dictionary<ServiceKey, MasqueradeMode> { [other] = MasqueradeMode.Always, [old] = MasqueradeMode.Always }, []));
        }

        await CompareAsync();
        Expect(("tcp/10.9.0.7:80", MasqueradeMode.Always), ("tcp/10.9.0.8:80", MasqueradeMode.Always)); // another Gorb may be about to add the service
        await CompareAsync();
        Expect(("tcp/10.9.0.7:80", MasqueradeMode.Always));

        await _daemon.PutAsync("/service/web", Body(100, "true"));
        await _daemon.DeleteAsync("/service/web");
        Expect(("tcp/10.9.0.7:80", MasqueradeMode.Always));

        _daemon.ChangeKernel(client => client.Apply([new IpvsChange.RemoveService(other)]));
        await CompareAsync();
        await CompareAsync();
        Nftables.HasTable.Should().BeFalse();
    }

    private static string Body(int host, string masquerade) => $$"""{"host": "10.9.0.{{host}}", "port": 80, "masquerade": {{masquerade}}}""";

    private static ServiceKey Key(int host) => ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse($"10.9.0.{host}"), 80);

    private void Expect(params (string Service, MasqueradeMode Mode)[] entries)
    {
        using var table = Nftables.Connect();
        var state = table.Read();
        state.IsIntact.Should().BeTrue();
        state.Rules.Services.Select(entry => (entry.Key.ToString(), entry.Value)).Should().BeEquivalentTo(entries);
    }

    private async Task<JsonElement> RefusalAsync(HttpMethod method, string path, string body, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var answer = await _daemon.SendAsync(method, path, body);
        answer.StatusCode.Should().Be(status);
        return (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().First();
    }

    private async Task CompareAsync()
    {
        _daemon.Service<TableWriter>().RequestResync();
        await _daemon.Service<TableWriter>().ChangeAsync(static _ => { }); // queued behind the request's wake-up of the writer, so it completes after the comparison
    }
}
