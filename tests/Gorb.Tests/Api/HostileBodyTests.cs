using System.Net;
using System.Text;
using System.Text.Json;
using Gorb.Documents;
using Gorb.Documents.Yaml;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Tests.Api;

/// <summary>A hostile body is parsed outside the writer, gets an answer at most a few times its size, and delays no other request.</summary>
public sealed class HostileBodyTests(TestDaemon daemon) : IClassFixture<TestDaemon>
{
    private const int MaxDetails = ProblemList.MaxTold + 1;
    private const int MaxAnswerBytes = 128 * 1024;

    public static TheoryData<string, string, string> Bodies => new()
    {
        { "PUT", "/service/x", With("""{"host": "10.9.0.1", "port": 80, "pulse": {"type": "http", "args": {@}}}""", Members(60_000)) },
        { "POST", "/config/diff", With("""{"services": {"x": {"host": "10.9.0.1", "port": 80, "pulse": {"type": "http", "args": {@}}}}}""", Members(60_000)) },
        { "PUT", "/service/x", With("""{"host": "10.9.0.1", "port": 80, @}""", Members(60_000)) },
        { "PUT", "/service/x", With("{@}", Many("\"a\":{}", 120_000)) },
        { "PUT", "/service/x", With("""{"a": [@]}""", Many("""{"a":1,"a":2}""", 900)) },
        { "PUT", "/service/x", With("""{"a": [@]}""", Many("0", 500_000)) },
        { "PUT", "/service/x", With("""{"host": "10.9.0.1", "port": 80, "flags": "@"}""", Many("x", 150_000).Replace(',', '|')) },
        { "PUT", "/service/x", With("""{"host": "10.9.0.1", "port": 80, "flags": "@"}""", Many("sh-port", 100_000).Replace(',', '|')) },
        { "PUT", "/service/x", With("""{"host": "@", "port": 80, "protocol": "@"}""", new string('x', 400_000)) },
        { "PUT", "/service/x", With("""{"@": {""" + Many("\"a\":1", 900) + "}}", new string('x', 400_000)) },
        { "PUT", "/service/x", With("""{"\ud800": [@]}""", Many("\"\\ud800\"", 50_000)) },
        { "PUT", "/service/x", With("""{"host": "10.9.0.1", "port": 80, "pulse": {"interval": "@"}}""", string.Concat(Enumerable.Repeat("999999999999999999h", 50_000))) },
        { "PUT", "/service/x", With("""{"host": "10.9.0.1", "port": 80, "pulse": {"type": "http", "args": {"expect": "@"}}}""", Many("200", 200_000)) },
        { "PUT", "/service/x", With("""{"host": "10.9.0.1", "port": 80, "pulse": {"type": "http", "args": {"expect_regex": "(@"}}}""", new string('x', 900_000)) },
        { "PUT", "/service/x", With("""{"host": "10.9.0.1", "port": 80, "pulse": [@]}""", Many(With("""{"args": {@}}""", Members(900)), 16)) },
        { "POST", "/config/diff", With("""{"services": {@}}""", string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"s{i}\": {{\"x\": 1}}"))) },
        { "POST", "/config/diff", string.Concat(Enumerable.Repeat("[", 500_000)) },
        { "POST", "/config/diff", "services: " + string.Concat(Enumerable.Repeat("[", 500_000)) },
        { "POST", "/config/diff", "services: " + string.Concat(Enumerable.Repeat("{a: ", 200_000)) },
        { "POST", "/config/diff", string.Concat(Enumerable.Repeat("- ", 200_000)) },
        { "POST", "/config/diff", string.Concat(Enumerable.Repeat("? ", 200_000)) },
        { "POST", "/config/diff", string.Concat(Enumerable.Range(0, 1000).Select(level => new string(' ', level) + "a:\n")) },
        { "POST", "/config/diff", "a: &a [x, x]\n" + string.Concat(Enumerable.Range(0, 25).Select(i => $"{(char)('b' + i)}: &{(char)('b' + i)} [*{(char)('a' + i)}, *{(char)('a' + i)}]\n")) },
        { "PUT", "/service/x", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) },
        { "PUT", "/service/x", With("""{"a": @}""", string.Concat(Enumerable.Repeat("[", 500_000))) },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task AnyBody_WhileTheWriterIsBusy_IsRefusedInAShortAnswer(string method, string path, string body)
    {
        using var held = new HeldWriter(daemon);

        var answer = await daemon.SendAsync(new HttpMethod(method), path, body);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        bytes.Length.Should().BeLessThan(MaxAnswerBytes);
        using var document = JsonDocument.Parse(bytes);
        document.RootElement.GetProperty("details").GetArrayLength().Should().BeLessThanOrEqualTo(MaxDetails);
    }

    [Fact]
    public async Task ManyProblems_AreToldUpToABound_AndThenThatThereAreMore()
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/x", With("""{"host": "10.9.0.1", "port": 80, @}""", Members(500)));

        var details = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("problem").GetString()!).ToList();
        details.Should().HaveCount(MaxDetails);
        details[^1].Should().Contain("there may be more");
        details.Count(problem => problem.Contains("known are", StringComparison.Ordinal)).Should().Be(1, "what is known is told once");
    }

    [Theory]
    [InlineData("PUT", "/service/x")]
    [InlineData("PATCH", "/service/one")]
    [InlineData("PUT", "/service/one/b")]
    public async Task AWrongBody_IsAnsweredWithoutTheWriter(string method, string path)
    {
        await daemon.PutAsync("/service/one", """{"host": "10.9.0.44", "port": 80}""");
        using var held = new HeldWriter(daemon);

        var answer = await daemon.SendAsync(new HttpMethod(method), path, """{"method": "fastest"}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    /// <summary>A patch that was read against an outdated object is read again.</summary>
    [Fact]
    public async Task Patches_OfOneObjectAtOnce_AllCount()
    {
        await daemon.PutAsync("/service/both", """{"host": "10.9.0.45", "port": 80}""");
        for (var round = 0; round < 20; round++)
        {
            Task[] patches;
            var (method, port, timeout) = (round % 2 == 0 ? "rr" : "lc", 1000 + round, 100 + round);
            using (new HeldWriter(daemon))
            {
                patches =
                [
                    daemon.PatchAsync("/service/both", $$"""{"method": "{{method}}"}"""),
                    daemon.PatchAsync("/service/both", $$"""{"port": {{port}}}"""),
                    daemon.PatchAsync("/service/both", With("""{"persistence": {"timeout": @}}""", $"{timeout}")),
                ];
            }

            await Task.WhenAll(patches);

            var spec = daemon.Service<TableWriter>().Current.Find("both")!.Spec;
            (spec.Method, spec.Key.Port, spec.Persistence?.TimeoutSeconds).Should().Be((method, (ushort)port, (uint)timeout));
        }
    }

    [Fact]
    public async Task ADocument_OfAClientThatLeft_IsReadNoFurther()
    {
        var text = With("""{"services": {@}}""", string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"s{i}\": {{\"host\": \"10.9.0.1\", \"port\": {i + 1}}}")));
        using var left = new CancellationTokenSource();
        using var document = ConfigDocument.Read(Encoding.UTF8.GetBytes(text), left.Token);
        var hosts = await ConfigHosts.ResolveAsync(document.Root, left.Token);
        await left.CancelAsync();

        var reading = () => daemon.Service<ConfigReader>().Read(document.Root, hosts, new ConfigOptions(Prune: true, KeepWeights: false), daemon.Service<TableWriter>().Current, left.Token);

        reading.Should().Throw<OperationCanceledException>();
        ((Action)(() => YamlReader.ToJson(text, null, left.Token))).Should().Throw<OperationCanceledException>();
    }

    /// <summary>The host's devices are enumerated once per document, however many services have no host.</summary>
    [Fact]
    public void DefaultDevice_IsLookedUpOnceForADocument()
    {
        var lookups = 0;
        var time = new ManualTime();
        var device = new DefaultDevice("eth0", time, _ =>
        {
            lookups++;
            return [IPAddress.Parse("fd00::1"), IPAddress.Parse("10.9.0.7")];
        });

        for (var i = 0; i < 40_000; i++)
        {
            device.Address().Should().BeSameAs(device.Address());
        }

        lookups.Should().Be(1);
        device.Address().Should().Be(IPAddress.Parse("10.9.0.7"));
        time.Advance(TimeSpan.FromSeconds(2));
        device.Address();
        lookups.Should().Be(2, "addresses change");
    }

    private static string With(string body, string part) => body.Replace("@", part, StringComparison.Ordinal);

    private static string Many(string value, int count) => string.Join(',', Enumerable.Repeat(value, count));

    private static string Members(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"a{i}\":1"));
}
