using System.Net;
using System.Text.Json;

namespace Gorb.Tests.Api;

/// <summary>PUT with ?replaces=: one object replaces another in one step.</summary>
public sealed class ReplaceTests : DaemonTest
{

    [Fact]
    public async Task PutService_InPlaceOfAnother_TakesItsBackends_AndNothingChangesInTheKernel()
    {
        await _daemon.PutAsync("/service/old", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/old/b1", """{"host": "10.9.0.21", "port": 80, "weight": 7}""");
        var mutations = _daemon.Kernel.Mutations;

        await _daemon.PutAsync("/service/new?replaces=old", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/new?replaces=old", """{"host": "10.9.0.100", "port": 80}""");

        _daemon.Kernel.Mutations.Should().Be(mutations);
        (await NamesAsync()).Should().Equal("new");
        (await _daemon.GetAsync("/service/new/b1")).GetProperty("options").GetProperty("weight").GetInt32().Should().Be(7);
    }

    [Fact]
    public async Task PutService_ThatIsThere_InPlaceOfAnother_MovesThere_AndBothOnesBackendsServe()
    {
        await _daemon.PutAsync("/service/old", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/old/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/old/same", """{"host": "10.9.0.22", "port": 80}""");
        await _daemon.PutAsync("/service/new", """{"host": "10.9.0.100", "port": 81}""");
        await _daemon.PutAsync("/service/new/b2", """{"host": "10.9.0.22", "port": 80}""");

        await _daemon.PutAsync("/service/new?replaces=old", """{"host": "10.9.0.100", "port": 80}""");

        (await BackendsAsync("new")).Should().Equal("b1", "b2");
        var kernel = _daemon.ReadKernel().Should().ContainSingle().Which;
        kernel.Service.Service.Key.Port.Should().Be(80);
        kernel.Destinations.Should().HaveCount(2);
    }

    [Fact]
    public async Task PutService_InPlaceOfOneThatStandsElsewhere_LeavesAThirdOne()
    {
        await _daemon.PutAsync("/service/third", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/old", """{"host": "10.9.0.100", "port": 81}""");

        using var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/new?replaces=old", """{"host": "10.9.0.100", "port": 80}""");

        answer.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("service 'third' stands already");
        (await NamesAsync()).Should().Equal("old", "third");
    }

    [Fact]
    public async Task PutService_WhereTheBackendsOfTheOtherCannotFollow_IsRefused()
    {
        await _daemon.PutAsync("/service/old", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/old/b1", """{"host": "10.9.0.21", "port": 80}""");

        using var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/new?replaces=old", """{"host": "fd00:9::100", "port": 80}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await NamesAsync()).Should().Equal("old");
    }

    [Fact]
    public async Task PutBackend_InPlaceOfAnother_AtTheSameAddress_ChangesNothingInTheKernel()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/old", """{"host": "10.9.0.21", "port": 80}""");
        var mutations = _daemon.Kernel.Mutations;

        await _daemon.PutAsync("/service/web/new?replaces=old", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/web/new?replaces=old", """{"host": "10.9.0.21", "port": 80}""");

        _daemon.Kernel.Mutations.Should().Be(mutations);
        (await BackendsAsync("web")).Should().Equal("new");
    }

    private async Task<IEnumerable<string?>> NamesAsync() => Texts(await _daemon.GetAsync("/service"));

    private async Task<IEnumerable<string?>> BackendsAsync(string service) => Texts((await _daemon.GetAsync($"/service/{service}")).GetProperty("backends"));

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(name => name.GetString());
}
