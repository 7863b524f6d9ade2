using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gorb.Tests.Api;

/// <summary>Invalid input gets a 4xx in GORB's form that names field, value and remedy; nothing is applied in part.</summary>
public sealed class BadInputTests(TestDaemon daemon) : IClassFixture<TestDaemon>
{
    private const string Good = """{"host": "10.9.0.100", "port": 80}""";

    public static TheoryData<string, string, string, string> Services => new()
    {
        // body, error, field, part of the problem
        { """{"host": "10.9.0.100"}""", "endpoint information is missing", "port", "1 to 65535" },
        { """{"host": "10.9.0.100", "port": 0}""", "endpoint information is missing", "port", "persistence" },
        { """{"host": "10.9.0.100", "port": 70000}""", "endpoint information is missing", "port", "0 to 65535" },
        { """{"host": "10.9.0.100", "port": "80"}""", "endpoint information is missing", "port", "whole number" },
        { """{"host": "10.9.0.100", "port": 80.5}""", "endpoint information is missing", "port", "whole number" },
        { """{"host": 5, "port": 80}""", "host: must be a text", "host", "text" },
        { """{"host": "224.0.0.1", "port": 80}""", "host: 224.0.0.1", "host", "unicast" },
        { """{"host": "no-such-host.invalid", "port": 80}""", "host: cannot be resolved", "host", "DNS" },
        { """{"port": 80}""", "endpoint information is missing", "host", "no-such-device" },
        { """{"host": "10.9.0.100", "port": 80, "protocol": "icmp"}""", "specified protocol is unknown", "protocol", "sctp" },
        { """{"host": "10.9.0.100", "port": 80, "method": "fastest"}""", "method: is not a scheduler", "method", "wrr" },
        { """{"host": "10.9.0.100", "port": 80, "method": "none"}""", "method: is not a scheduler", "method", "wrr" },
        { """{"host": "10.9.0.100", "port": 80, "flags": "sh-port|up"}""", "specified flag is unknown", "flags", "sh-fallback" },
        { """{"host": "10.9.0.100", "port": 80, "persistent": "yes"}""", "persistent: must be true or false", "persistent", "true or false" },
        { """{"host": "10.9.0.100", "port": 80, "persistence": {"timeout": "soon"}}""", "persistence.timeout:", "persistence.timeout", "5m" },
        { """{"host": "10.9.0.100", "port": 80, "persistence": {"netmask": "33"}}""", "persistence.netmask:", "persistence.netmask", "prefix length" },
        { """{"host": "10.9.0.100", "port": 80, "persistence": {"netmusk": "32"}}""", "persistence.netmusk:", "persistence.netmusk", "netmask" },
        { """{"host": "10.9.0.100", "port": 80, "persistent": false, "persistence": {}}""", "persistent: contradicts", "persistent", "leave" },
        { """{"host": "10.9.0.100", "port": 80, "ops": true}""", "ops: one-packet", "ops", "udp" },
        { """{"host": "10.9.0.100", "port": 80, "portt": 81}""", "portt: is not known", "portt", "port" },
        { """{"fwmark": 0}""", "fwmark: must be", "fwmark", "1 to" },
        { """{"fwmark": 5, "port": 80}""", "port: cannot be given together", "port", "fwmark" },
        { """{"host": "10.9.0.100", "port": 80, "family": "ipv6"}""", "family: goes with fwmark", "family", "fwmark" },
    };

    public static TheoryData<string, string, string, string> Backends => new()
    {
        { """{"port": 80}""", "endpoint information is missing", "host", "required" },
        { """{"host": "10.9.0.21"}""", "endpoint information is missing", "port", "required" },
        { """{"host": "10.9.0.21", "port": 0}""", "endpoint information is missing", "port", "1 to 65535" },
        { """{"host": "10.9.0.21", "port": 80, "weight": -1}""", "weight: must be", "weight", "0 to 2147483647" },
        { """{"host": "10.9.0.21", "port": 80, "weight": 2147483648}""", "weight: must be", "weight", "0 to 2147483647" },
        { """{"host": "10.9.0.21", "port": 80, "method": "carrier pigeon"}""", "specified forwarding method is unknown", "method", "nat, dr or tunnel" },
        { """{"host": "fd00:9::21", "port": 80}""", "incompatible address families", "host", "tunnel" },
        { """{"host": "10.9.0.21", "port": 8080, "method": "dr"}""", "port: methods dr and tunnel", "port", "use 80" },
        { """{"host": "10.9.0.21", "port": 80, "tunnel": {"type": "gre"}}""", "tunnel: goes with", "tunnel", "method tunnel" },
        { """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue"}}""", "tunnel.port: is required", "tunnel.port", "UDP port" },
        { """{"host": "10.9.0.21", "port": 80, "upper_threshold": 1, "lower_threshold": 2}""", "lower_threshold: must not", "lower_threshold", "upper_threshold" },
        { """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "telepathy"}}""", "specified pulse type is unknown", "pulse.type", "tcp" },
        { """{"host": "10.9.0.21", "port": 80, "pulse": {"interval": "often"}}""", "invalid interval format", "pulse.interval", "5s" },
        { """{"host": "10.9.0.21", "port": 80, "vsid": "other"}""", "vsid: contradicts", "vsid", "leave it out" },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public async Task PutService_WithOneMistake_NamesIt(string body, string error, string field, string problem)
    {
        var mutations = daemon.Kernel.Mutations;

        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/bad", body);

        await ShouldNameAsync(answer, error, field, problem);
        daemon.Kernel.Mutations.Should().Be(mutations);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task PutBackend_WithOneMistake_NamesIt(string body, string error, string field, string problem)
    {
        (await daemon.SendAsync(HttpMethod.Put, "/service/good", Good)).StatusCode.Should().Be(HttpStatusCode.OK);
        var mutations = daemon.Kernel.Mutations;

        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/good/b1", body);

        await ShouldNameAsync(answer, error, field, problem);
        daemon.Kernel.Mutations.Should().Be(mutations);
        (await daemon.SendAsync(HttpMethod.Delete, "/service/good", null)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task PutService_WithManyMistakes_NamesThemAll()
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/bad", """{"host": 1, "port": -1, "method": "x", "flags": "y", "colour": "blue"}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await FieldsAsync(answer)).Should().BeEquivalentTo("host", "port", "method", "flags", "colour");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"host": """)]
    public async Task Put_WithoutAJsonObject_Is400(string body)
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/bad", body);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await ErrorAsync(answer)).Should().Contain("JSON");
    }

    /// <summary>JSON does not define which of two equal members counts (RFC 8259, 4).</summary>
    [Theory]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "port": 81}""", "port")]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "p\u006frt": 81}""", "port")]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "pulse": {"args": {"path": "/", "path": "/"}}}""", "pulse.args.path")]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "pulse": [{}, {"type": "none", "type": "tcp"}]}""", "pulse[1].type")]
    [InlineData("""{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"o":1,"p":1,"host":1,"host":1}""", "host")]
    public async Task Put_WithAMemberTwice_NamesIt(string body, string field)
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/bad", body);

        await ShouldNameAsync(answer, field, field, "is there twice");
    }

    /// <summary>JSON can escape a lone surrogate, which is no Unicode character (RFC 8259, 8.2).</summary>
    [Theory]
    [InlineData("""{"host": "\ud800", "port": 80}""", "host")]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "flags": "a\\\uDC00\ud83e"}""", "flags")]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "flags": "\ud83ex"}""", "flags")]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "flags": "\ud83e\ud83e"}""", "flags")]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "pulse": [{}, {"args": {"path": "\udda6"}}]}""", "pulse[1].args.path")]
    [InlineData("""{"host": "10.0.0.77", "port": 80, "pulse": {"\ud800": 1}}""", "pulse")]
    [InlineData("""{"\ud800": 1}""", "")]
    public async Task Put_WithATextThatIsNone_NamesIt(string body, string field)
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/bad", body);

        await ShouldNameAsync(answer, field, field, "half of a character");
    }

    [Theory]
    [InlineData("""\ud83e\uDDA6""", "🦦")]
    [InlineData("""\\ud800""", """\ud800""")]
    public async Task Put_WithAWholePair_IsTaken(string text, string shown)
    {
        (await daemon.SendAsync(HttpMethod.Put, "/service/good", $$"""{"host": "10.9.0.100", "port": 80, "pulse": {"type": "http", "args": {"expect_body": "{{text}}"} } }""")).StatusCode.Should().Be(HttpStatusCode.OK);

        (await daemon.GetAsync("/service/good")).GetProperty("options").GetProperty("pulse").GetProperty("args").GetProperty("expect_body").GetString().Should().Be(shown);
        (await daemon.SendAsync(HttpMethod.Delete, "/service/good", null)).EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData("/service/bad", """{"host": "10.0.0.77", "port": 80, "owner": "me"}""")]
    [InlineData("/config", """{"services": {"bad": {"host": "10.0.0.77", "port": 80, "owner": "me"}}}""")]
    public async Task Put_WithAnOwner_SaysWhatTookItsPlace(string path, string body)
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, path, body);

        var field = path == "/config" ? "services.bad.owner" : "owner";
        await ShouldNameAsync(answer, field, field, "source=NAME");
    }

    [Fact]
    public async Task Put_WithBytesThatAreNoText_Is400()
    {
        using var content = new ByteArrayContent([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);

        var answer = await daemon.Http.PutAsync(new Uri("/service/bad", UriKind.Relative), content, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await ErrorAsync(answer)).Should().Contain("UTF-8");
    }

    [Fact]
    public async Task Put_WithAForm_IsReadAsTheJsonItHolds()
    {
        using var form = new StringContent("""{"host": "10.0.0.77", "port": 0}""", null, "application/x-www-form-urlencoded"); // the content type that curl -d sends

        var answer = await daemon.Http.PutAsync(new Uri("/service/bad", UriKind.Relative), form, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await FieldsAsync(answer)).Should().Equal("port");
    }

    [Fact]
    public async Task Put_With10Megabytes_Is413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri("/service/bad", UriKind.Relative))
        {
            Content = new StringContent("{\"host\": \"" + new string('x', 10_000_000) + "\"}"),
            Headers = { ExpectContinue = true }, // as curl does for bodies of this size
        };

        var answer = await daemon.Http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await ErrorAsync(answer)).Should().Be("the body is too large");
    }

    [Theory]
    [InlineData("a%2Fb")]
    [InlineData("a%20b")]
    [InlineData("a%0Ab")]
    public async Task PutService_WithAnOddName_Is400(string name)
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, $"/service/{name}", Good);

        await ShouldNameAsync(answer, "service name: must not hold", "service name", "slashes");
    }

    [Fact]
    public async Task PutService_WithANameOf5000Characters_Is400()
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, $"/service/{new string('n', 5000)}", Good);

        await ShouldNameAsync(answer, "service name: has 5000 characters", "service name", "255");
    }

    [Fact]
    public async Task Put_WithANameOf10000Characters_IsRefused()
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, $"/service/{new string('n', 10_000)}", Good);

        ((int)answer.StatusCode).Should().BeInRange(400, 499);
    }

    [Theory]
    [InlineData("GET", "/service/none")]
    [InlineData("PATCH", "/service/none")]
    [InlineData("DELETE", "/service/none")]
    [InlineData("GET", "/service/none/b")]
    [InlineData("PUT", "/service/none/b")]
    [InlineData("PATCH", "/service/none/b")]
    [InlineData("DELETE", "/service/none/b")]
    public async Task AnyVerb_OnAMissingService_Is404(string method, string path)
    {
        var answer = await daemon.SendAsync(new HttpMethod(method), path, method is "PUT" or "PATCH" ? Good : null);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await ErrorAsync(answer)).Should().Be("unable to locate specified object");
    }

    [Theory]
    [InlineData("GET", "/nothing/here", 404)]
    [InlineData("GET", "/service/a/b/c", 404)]
    [InlineData("POST", "/service/a", 405)]
    public async Task AnythingElse_IsAnsweredInGorbsForm(string method, string path, int status)
    {
        var answer = await daemon.SendAsync(new HttpMethod(method), path, null);

        ((int)answer.StatusCode).Should().Be(status);
        (await ErrorAsync(answer)).Should().Contain("/docs");
    }

    private static async Task ShouldNameAsync(HttpResponseMessage answer, string error, string field, string problem)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest, text);
        using var document = JsonDocument.Parse(text);
        document.RootElement.GetProperty("error").GetString().Should().StartWith(error);
        var detail = document.RootElement.GetProperty("details").EnumerateArray().First();
        detail.GetProperty("field").GetString().Should().Be(field);
        detail.GetProperty("problem").GetString().Should().Contain(problem);
    }

    private static async Task<string?> ErrorAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("error").GetString();

    private static async Task<IEnumerable<string?>> FieldsAsync(HttpResponseMessage answer) =>
        [.. (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("details").EnumerateArray()
            .Select(detail => detail.GetProperty("field").GetString())];
}
