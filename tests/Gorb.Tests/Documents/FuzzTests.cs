using System.Net;
using System.Text;
using System.Text.Json;
using Gorb.Documents;
using Gorb.Documents.Yaml;
using Gorb.Model;
using Gorb.Tests.Api;

namespace Gorb.Tests.Documents;

/// <summary>Any text is accepted or rejected and never causes an internal error. <c>eng/fuzz</c> tries many more texts.</summary>
public sealed class FuzzTests : DaemonTest
{
    private const int Seed = 4672;

    private static readonly string[] Documents =
    [
        "services:\n  web:\n    address: 10.9.0.100\n    port: 80\n    backends:\n      b1: { address: 10.9.0.21, port: 80 }\n      b2: { address: \"fd00:9::21\", weight: 5,\n        pulse: { args: { headers: {a: \"\\u00e9\\ud83e\\udda6\"} } } }\n",
        "{\"services\": {\"web\": {\"address\": \"10.9.0.100\", \"port\": 80,\n \"backends\": {\"b1\": {\"address\": \"\\ud83e\\udda6\", \"port\": 80.5e1}, \"b2\": null}}}}",
        "{services: {web: {fwmark: 7, flags: [a, 'b', true]}}} # flow\n",
        "%YAML 1.2\n---\na: |\n  text\n  more\nb: >-\n  x\n- ? k\n  : v\nc: \"a\\\n  b\\x41\"\n...\n# end\n",
    ];

    private static readonly string[] Bodies =
    [
        """{"fwmark": 7, "method": "rr", "flags": "sh-port", "persistence": {"timeout": "5m", "netmask": "24"}, "min_healthy": "30%", "pulse": {"type": "http", "args": {"path": "/\ud83e\udda6\u00e9"}}}""",
        """{"fwmark": 8, "family": "ipv6", "ops": false, "persistent": null, "pulse": [{"type": "tcp", "interval": "5s", "args": {"port": 80}}, {"type": "none"}]}""",
        """{"fwmark": 9, "pulse": {"type": "http", "args": {"path": "/", "expect": [200, "204-299"], "headers": {"a": "b"}, "expect_regex": "^a+$"}}, "slow_start": "1m30s"}""",
    ];


    [Fact]
    public void Read_MutatedDocument_IsReadOrRefusedWithAPlace()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Mutations.Count; i++)
        {
            var text = Mutations.Of(Documents[i % Documents.Length], random);
            var refused = Record.Exception(() => ConfigDocument.Read(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken).Dispose());

            if (refused is not null)
            {
                refused.Should().BeOfType<RequestException>("this text is bad: {0}", JsonSerializer.Serialize(text));
                var problem = ((RequestException)refused).Problems[0];
                (problem.Place is { Line: > 0, Column: > 0 } || problem.Field is not null).Should().BeTrue("{0} is told of {1}", problem, JsonSerializer.Serialize(text));
                problem.Place?.Line.Should().BeLessThanOrEqualTo(text.Split('\n', '\r', '\u0085', '\u2028').Length, "{0} is told of {1}", problem, JsonSerializer.Serialize(text));
            }
        }
    }

    /// <summary>A document that is read while the positions of its members are requested also becomes JSON without duplicate members.</summary>
    [Fact]
    public void ToJson_MutatedDocument_IsJsonWithoutADoubleMember()
    {
        var random = new Random(Seed + 1);
        for (var i = 0; i < Mutations.Count; i++)
        {
            var text = Mutations.Of(Documents[i % Documents.Length], random);
            try
            {
                using var document = JsonDocument.Parse(YamlReader.ToJson(text, (_, place) => place is { Line: > 0, Column: > 0 }, TestContext.Current.CancellationToken), new JsonDocumentOptions { AllowDuplicateProperties = false });
                document.RootElement.ValueKind.Should().NotBe(JsonValueKind.Undefined);
            }
            catch (RequestException error)
            {
                error.Problems.Should().ContainSingle().Which.Place.Should().NotBeNull("{0} is told of {1}", error.Message, JsonSerializer.Serialize(text));
            }
        }
    }

    [Theory]
    [InlineData("PUT", "/service/web")]
    [InlineData("PATCH", "/service/web")]
    [InlineData("PUT", "/config")]
    [InlineData("POST", "/config/diff")]
    public async Task Send_MutatedBody_IsNeverAnInternalError(string method, string path)
    {
        await _daemon.PutAsync("/service/web", """{"fwmark": 7}""");
        var random = new Random(Seed + 2);
        for (var i = 0; i < Mutations.Count / 10; i++)
        {
            var body = Bodies[i % Bodies.Length];
            var text = Mutations.Of(path.StartsWith("/config", StringComparison.Ordinal) ? "{\"services\": {\"web\": " + body + "}}" : body, random);

            using var answer = await _daemon.SendAsync(new HttpMethod(method), path, text);

            answer.StatusCode.Should().Match(status => status == HttpStatusCode.OK || status == HttpStatusCode.BadRequest || status == HttpStatusCode.Conflict, "the body is {0}", JsonSerializer.Serialize(text));
        }
    }
}
