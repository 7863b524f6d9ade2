using System.Net;
using System.Text.Json;
using Gorb.Connections;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Connections;

/// <summary>GET /connections, from a file in the kernel's format.</summary>
public sealed class ConnectionApiTests : DaemonTest
{
    private const string Lines = """
        Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
        TCP 0A09000A 9C40 C0000201 0050 0A090015 0050 ESTABLISHED     899
        TCP 0A09000A 9C41 C0000201 0050 0A090015 0050 FIN_WAIT        119
        TCP 0A09000B 9C40 C0000201 0050 0A090016 0050 ESTABLISHED     898
        TCP 0A09000B 0000 C0000201 0050 0A090016 0050 NONE            299
        UDP 0A09000A 8235 C0000263 0035 0A090017 0035 UDP             300
        IP  0A09000A 0000 00000007 0000 0A090018 0000 NONE             12
        TCP 0A09000A 9C42 C0000205 1F90 0A090018 1F90 SYN_RECV         59
        TCP fd00:0009:0000:0000:0000:0000:0000:0010 CAFE 2001:0db8:0000:0000:0000:0000:0000:0001 01BB 0A090015 01BB ESTABLISHED     600

        """;

    private readonly TemporaryFile _table = new();

    [Fact]
    public async Task All_AreCountedByBackendAndState()
    {
        var view = await _daemon.GetAsync("/connections");

        (Number(view, "connections"), Number(view, "templates"), Number(view, "destinations")).Should().Be((6, 2, 6));
        view.GetProperty("backends").EnumerateArray().Select(static one => Line(one)).Should().BeEquivalentTo(
            "web b1 10.9.0.21:80 2+0 ESTABLISHED=1 FIN_WAIT=1",
            "web b2 10.9.0.22:80 1+1 ESTABLISHED=1",
            "mark m1 10.9.0.24:0 0+1 ",
            "mark m1 10.9.0.24:8080 1+0 SYN_RECV=1",
            "  10.9.0.23:53 1+0 UDP=1",
            "six b1 10.9.0.21:443 1+0 ESTABLISHED=1");
    }

    [Theory]
    [InlineData("service=web", 3, 1)]
    [InlineData("service=web&backend=b1", 2, 0)]
    [InlineData("service=web&backend=b2&client=10.9.0.10", 0, 0)]
    [InlineData("client=10.9.0.10", 4, 1)]
    [InlineData("client=10.9.0.10:40000", 1, 0)]
    [InlineData("client=10.9.0.0/28", 5, 2)]
    [InlineData("client=fd00:9::10", 1, 0)]
    [InlineData("client=[fd00:9::10]:51966", 1, 0)]
    [InlineData("service=mark", 1, 1)]
    [InlineData("limit=0", 6, 2)]
    public async Task Filters_LeaveOnlyWhatIsAskedFor(string query, int connections, int templates)
    {
        var view = await _daemon.GetAsync($"/connections?{query}");

        (Number(view, "connections"), Number(view, "templates")).Should().Be((connections, templates));
    }

    [Fact]
    public async Task Entries_AreInTheirWords_AndAsManyAsTheLimit()
    {
        var entries = (await _daemon.GetAsync("/connections?service=web&limit=4")).GetProperty("entries");

        JsonElement.DeepEquals(entries[0], JsonElement.Parse("""
            {"service": "web", "backend": "b1", "protocol": "tcp", "client": "10.9.0.10:40000", "virtual": "192.0.2.1:80", "destination": "10.9.0.21:80", "state": "ESTABLISHED", "expires": 899, "template": false}
            """)).Should().BeTrue($"this is {entries[0]}");
        entries[3].GetProperty("template").GetBoolean().Should().BeTrue();
        entries[3].GetProperty("client").GetString().Should().Be("10.9.0.11");
        entries[3].TryGetProperty("state", out _).Should().BeFalse();

        var one = await _daemon.GetAsync("/connections?limit=1");
        one.GetProperty("entries").GetArrayLength().Should().Be(1);
        one.GetProperty("backends").GetArrayLength().Should().Be(1);
        Number(one, "connections").Should().Be(6, "all are counted");
    }

    [Theory]
    [InlineData("client=nobody", 400, "is not the address of a client")]
    [InlineData("client=10.9.0.0/33", 400, "is not the address of a client")]
    [InlineData("limit=10001", 400, "must be a number from 0 to 10000")]
    [InlineData("limit=-1", 400, "must be a number from 0 to 10000")]
    [InlineData("backend=b1", 400, "needs the name of its service")]
    [InlineData("service=web&backend=none", 404, "no backend 'none'")]
    [InlineData("service=none", 404, "there is no service 'none'")]
    [InlineData("state=UDP", 400, "is not a query member")]
    public async Task WrongQuestions_AreExplained(string query, int status, string text)
    {
        using var answer = await _daemon.SendAsync(HttpMethod.Get, $"/connections?{query}", null);

        answer.StatusCode.Should().Be((HttpStatusCode)status);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(text);
    }

    [Fact]
    public async Task AScopedToken_SeesOnlyItsServices()
    {
        using var made = await _daemon.SendAsync(HttpMethod.Post, "/tokens", """{"name": "six", "role": "read", "services": ["six"]}""");
        var token = JsonElement.Parse(await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("token").GetString();

        using var all = await AskAsync("/connections", token);
        using var other = await AskAsync("/connections?service=web", token);

        var view = JsonElement.Parse(await all.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        view.GetProperty("backends").EnumerateArray().Select(Line).Should().Equal("six b1 10.9.0.21:443 1+0 ESTABLISHED=1");
        Number(view, "connections").Should().Be(1);
        other.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task WithoutTheFile_TheAnswerSaysSo()
    {
        File.Delete(_table.Path);

        using var answer = await _daemon.SendAsync(HttpMethod.Get, "/connections", null);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _table.Dispose();
    }

    private protected override TestDaemon NewDaemon(FakeKernel kernel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_table.Path)!);
        File.WriteAllText(_table.Path, Lines);
        return new TestDaemon { Kernel = kernel, Configure = services => services.AddSingleton(new ConnectionReader(_table.Path)) };
    }

    private protected override async Task PrepareAsync()
    {
        await _daemon.PutAsync("/service/web", """{"host": "192.0.2.1", "port": 80, "persistent": true}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
        await _daemon.PutAsync("/service/mark", """{"fwmark": 7, "family": "ipv4", "persistent": true}""");
        await _daemon.PutAsync("/service/mark/m1", """{"host": "10.9.0.24", "method": "dr"}""");
        await _daemon.PutAsync("/service/six", """{"host": "2001:db8::1", "port": 443}""");
        await _daemon.PutAsync("/service/six/b1", """{"host": "10.9.0.21", "port": 443, "method": "tunnel"}""");
    }

    private async Task<HttpResponseMessage> AskAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", token);
        return await _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static long Number(JsonElement view, string member) => view.GetProperty(member).GetInt64();

    private static string Line(JsonElement one) =>
        $"{Text(one, "service")} {Text(one, "backend")} {Text(one, "destination")} {Number(one, "connections")}+{Number(one, "templates")} "
        + string.Join(' ', one.GetProperty("states").EnumerateObject().Select(static state => $"{state.Name}={state.Value}"));

    private static string Text(JsonElement one, string member) => one.TryGetProperty(member, out var text) ? text.GetString()! : "";
}
