using System.Net.Http.Headers;
using System.Text;
using Gorb.Tests.Api;
using Gorb.Writer;

namespace Gorb.Tests.Documents;

public sealed class ConfigApiTests : DaemonTest
{
    internal const string Document = """
        services:
          web:
            host: 10.9.0.100
            port: 80
            method: rr
            backends:
              b1: { host: 10.9.0.21, port: 80 }
              b2: { host: 10.9.0.22, port: 80, weight: 50, pulse: { type: http, interval: 2s, args: { path: /health } } }
          dns:
            host: fd00:9::100
            port: 53
            protocol: udp
            persistence: { timeout: 2m, netmask: "64" }
            backends:
              b1: { host: "fd00:9::21", port: 53, weight: 0 }
        """;


    [Fact]
    public async Task Put_Document_BringsAllOfItInOneBatch()
    {
        await _daemon.PutAsync("/config", Document);

        _daemon.Kernel.MutatingDatagrams.Should().Be(1);
        Kernel().Should().BeEquivalentTo(
            "tcp/10.9.0.100:80 rr 10.9.0.21:80=100 10.9.0.22:80=50", "udp/[fd00:9::100]:53 wrr [fd00:9::21]:53=0");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/yaml")]
    public async Task Get_PutBack_ChangesNothing(string form)
    {
        await _daemon.PutAsync("/config", Document);
        var (before, mutations) = (_daemon.Service<TableWriter>().Current, _daemon.Kernel.Mutations);

        var written = await GetAsync(form);
        await _daemon.PutAsync("/config", written);

        _daemon.Kernel.Mutations.Should().Be(mutations);
        _daemon.Service<TableWriter>().Current.Should().BeSameAs(before);
        written.TrimStart().StartsWith('{').Should().Be(form == "application/json");
    }

    [Fact]
    public async Task Get_Yaml_ReadsAsAPersonWouldWriteIt()
    {
        await _daemon.PutAsync("/config", """{"services": {"no": {"host": "10.9.0.100", "port": 80, "backends": {"1": {"host": "10.9.0.21", "port": 80, "pulse": {"type": "http", "args": {"path": "/", "expect_body": "12"}}}}}}}""");

        (await GetAsync("application/yaml")).Should().Be("""
            services:
              "no":
                host: 10.9.0.100
                port: 80
                protocol: tcp
                method: wrr
                source: api
                backends:
                  "1":
                    host: 10.9.0.21
                    port: 80
                    method: nat
                    weight: 100
                    pulse:
                      type: http
                      args:
                        path: /
                        expect_body: "12"

            """);
    }

    /// <summary>Byte sequences of documents as editors, templates and shells write them.</summary>
    public static TheoryData<byte[]> Forms =>
    [
        "{services: {web: {host: 10.9.0.100, port: 80}}}"u8.ToArray(),
        "\n {\n  services: {\n    web: {host: 10.9.0.100, port: 80},\n  },\n}\n"u8.ToArray(),
        """{"services": {"web": {"host": "10.9.0.100", "port": 80}}} # the only one"""u8.ToArray(),
        "{ # all\n\"services\": {\"web\": {\"host\": \"10.9.0.100\", # the address\n\"port\": 80}}}"u8.ToArray(),
        "\uFEFF{\"services\": {\"web\": {\"host\": \"10.9.0.100\", \"port\": 80}}}"u8.ToArray(),
        "\uFEFFservices:\r\n  web: {host: 10.9.0.100, port: 80}\r\n"u8.ToArray(),
        (byte[])[0xFF, 0xFE, .. Encoding.Unicode.GetBytes("services:\r\n  web: {host: 10.9.0.100, port: 80}\r\n")],
        (byte[])[0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("{\"services\": {\"web\": {\"host\": \"10.9.0.100\", \"port\": 80}}}")],
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Put_FormThatPeopleWrite_IsTaken(byte[] document)
    {
        using var content = new ByteArrayContent(document);
        using var answer = await _daemon.Http.PutAsync(new Uri("/config", UriKind.Relative), content, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Kernel().Should().Equal("tcp/10.9.0.100:80 wrr");
    }

    [Fact]
    public async Task Put_WithoutPrune_OnlyAddsAndChanges()
    {
        await _daemon.PutAsync("/config", Document);

        await _daemon.PutAsync("/config?prune=false",
            """{"services": {"web": {"host": "10.9.0.100", "port": 80, "backends": {"b3": {"host": "10.9.0.23", "port": 80}}}}}""");

        Kernel().Should().Contain("tcp/10.9.0.100:80 wrr 10.9.0.21:80=100 10.9.0.22:80=50 10.9.0.23:80=100").And.HaveCount(2);
    }

    [Fact]
    public async Task Put_LessThanBefore_RemovesTheRest()
    {
        await _daemon.PutAsync("/config", Document);

        await _daemon.PutAsync("/config", """{"services": {"web": {"host": "10.9.0.100", "port": 80, "method": "rr", "backends": {"b1": {"host": "10.9.0.21", "port": 80}}}}}""");
        Kernel().Should().Equal("tcp/10.9.0.100:80 rr 10.9.0.21:80=100");

        await _daemon.PutAsync("/config", "services: {}");
        Kernel().Should().BeEmpty();
    }

    [Fact]
    public async Task Put_KeepWeights_LeavesWhatAPersonSet()
    {
        await _daemon.PutAsync("/config", Document);
        await _daemon.PatchAsync("/service/web/b1", """{"weight": 7}""");

        await _daemon.PutAsync("/config?keep_weights=true", Document);
        Kernel().Should().Contain("tcp/10.9.0.100:80 rr 10.9.0.21:80=7 10.9.0.22:80=50");

        await _daemon.PutAsync("/config", Document);
        Kernel().Should().Contain("tcp/10.9.0.100:80 rr 10.9.0.21:80=100 10.9.0.22:80=50");
    }

    [Fact]
    public async Task Put_Rename_SendsNothing()
    {
        await _daemon.PutAsync("/config", Document);
        var mutations = _daemon.Kernel.Mutations;

        await _daemon.PutAsync("/config", Document.Replace("web:", "shop:", StringComparison.Ordinal).Replace("b1:", "first:", StringComparison.Ordinal));

        _daemon.Kernel.Mutations.Should().Be(mutations);
        (await _daemon.GetAsync("/service")).ToString().Should().Contain("shop").And.NotContain("web");
    }

    /// <summary>Three services rename in a circle: a to b, b to c, c to a. The kernel, which has no names, needs no change.</summary>
    [Fact]
    public async Task Put_NamesGoRound_SendsNothing()
    {
        await _daemon.PutAsync("/config", Three("a", "b", "c"));
        var mutations = _daemon.Kernel.Mutations;

        await _daemon.PutAsync("/config", Three("b", "c", "a"));

        _daemon.Kernel.Mutations.Should().Be(mutations);
        (await _daemon.GetAsync("/service/a")).GetProperty("options").GetProperty("port").GetInt32().Should().Be(83);
    }

    private static string Three(params string[] names) => "services:\n" + string.Concat(names.Select((name, i) =>
        $"  {name}: {{ host: 10.9.0.100, port: {81 + i}, backends: {{ b: {{ host: 10.9.0.21, port: {81 + i} }} }} }}\n"));

    private List<string> Kernel() => Kernel(_daemon);

    /// <summary>The kernel's table, one line per service.</summary>
    internal static List<string> Kernel(TestDaemon daemon) => [.. daemon.ReadKernel().Select(entry => string.Join(' ',
        [entry.Service.Service.Key.ToString(), entry.Service.Service.Scheduler,
            .. entry.Destinations.Select(found => $"{found.Destination.Key}={found.Destination.Weight}").Order(StringComparer.Ordinal)]))];

    private async Task<string> GetAsync(string form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/config", UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(form));
        using var answer = await _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.Content.Headers.ContentType!.MediaType.Should().Be(form);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
