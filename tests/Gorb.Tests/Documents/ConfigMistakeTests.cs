using System.Net;
using Gorb.Documents;
using Gorb.Tests.Api;

namespace Gorb.Tests.Documents;

/// <summary>A document with mistakes is rejected as a whole, and each mistake is reported with its position.</summary>
public sealed class ConfigMistakeTests : DaemonTest
{

    [Theory]
    [InlineData("services:\n  web: {host: 10.9.0.100, port: 80}\n  shop: {host: 10.9.0.100, port: 80}", 3, 3, "where service 'web' stands already")]
    [InlineData("services:\n  web:\n    host: 10.9.0.100\n    prot: 80", 4, 5, "not known")]
    [InlineData("services:\n  web:\n    host: 10.9.0.100\n    port: 80\n    backends:\n      b1: {host: 10.9.0.21, port: 80}\n      b2: {host: 10.9.0.21, port: 80}", 7, 7, "backend 'b1' stands already")]
    [InlineData("services:\n  web: {host: 10.9.0.100, port: 80}\n  web: {host: 10.9.0.100, port: 81}", 3, 3, "'web' is there twice")]
    [InlineData("services: &all\n  web: {host: 10.9.0.100, port: 80}", 1, 11, "anchors")]
    [InlineData("services:\n  web: *all", 2, 8, "anchors")]
    [InlineData("services:\n  web: !!python/object {}", 2, 8, "tags")]
    [InlineData("services: {}\n---\nservices: {}", 2, 1, "second document")]
    [InlineData("services:\n  web: [\n", 3, 1, "not YAML")]
    [InlineData("services:\n\tweb: {}", 2, 1, "not YAML")]
    [InlineData("services:\n  ? [a, b]\n  : {}", 2, 5, "key must be a text")]
    [InlineData("{\n\t\"services\": {\n\t\t\"web\": {\"host\": \"10.9.0.100\", \"port\": \"x\"}\n\t}\n}", 3, 33, "whole number")]
    [InlineData("{\"services\": {\n", 2, 1, "not JSON")]
    [InlineData("{\"services\": {}}\n}", 2, 1, "not JSON")]
    [InlineData("{services: {web: {port: 80}\n", 2, 1, "not YAML")]
    [InlineData("{services: {web: &a {}}}", 1, 18, "anchors")]
    [InlineData("{\"services\": {},\n\"services\": {}} # twice", 2, 1, "is there twice")]
    [InlineData("services:\n  web:\n    backends:\n      b1: { host: 10.9.0.21, port: 80\n", 5, 1, "not YAML")]
    [InlineData("services: {}\na: [\n\\u", 3, 1, "not YAML")]
    [InlineData(": {\nh", 2, 1, "not YAML")]
    [InlineData("...\nl", 2, 2, "not YAML")]
    [InlineData(" :\n :", 2, 3, "has no value")]
    [InlineData("%TAG ! ", 1, 8, "not YAML")]
    [InlineData("services: !<> a", 1, 14, "not YAML")]
    [InlineData("{\"services\": {},\n\"services\": {}}", 1, 2, "is there twice")]
    [InlineData("{\"services\": {\n\"web\": {\"host\": \"10.9.0.100\", \"port\": 80}, \"web\": {\"host\": \"10.9.0.100\", \"port\": 81}}}", 2, 1, "is there twice")]
    [InlineData("{\"services\": {\"web\": {\n\"host\": \"10.9.0.100\", \"port\": 80, \"p\\u006frt\": 81}}}", 2, 23, "is there twice")]
    [InlineData("{\"services\": {\"web\": {\n\"host\": \"10.9.0.100\", \"port\": 80, \"pulse\": {\"type\": \"none\", \"type\": \"tcp\"}}}}", 2, 45, "is there twice")]
    [InlineData("{\"services\": {\"web\": {\"host\": \"localhost\", \"port\": 80}},\n\"services\": {}}", 1, 2, "is there twice")]
    [InlineData("{\"services\": 5,\n\"services\": {\"web\": {\"host\": \"localhost\", \"port\": 80}}}", 1, 2, "is there twice")]
    [InlineData("{\"services\": {\"web\": {\"host\": \"10.9.0.100\", \"port\": 80,\n\"backends\": {\"b\": {\"host\": \"localhost\", \"port\": 80}}, \"backends\": {}}}}", 2, 1, "is there twice")]
    [InlineData("{\"services\": {\"web\": {\"port\": 80,\n\"host\": \"localhost\", \"host\": \"other.invalid\"}}}", 2, 1, "is there twice")]
    [InlineData("{\"services\": {\n\"web\": {\"host\": \"\\ud800\", \"port\": 80}}}", 2, 9, "half of a character")]
    [InlineData("services:\n  web: {host: \"\\ud800\", port: 80}", 2, 22, "invalid Unicode surrogates")]
    [InlineData("services:\n  web:\n    host: \"\\ud800\\u0041\"", 3, 24, "half of a surrogate pair")]
    [InlineData("{\"services\": {\n\"web\": {\"host\": \"10.9.0.100\", \"port\": 80, \"flags\": \"\\ud83e\\ud83e\"}}}", 2, 43, "surrogate")]
    [InlineData("services:\n  a/b: {host: 10.9.0.100, port: 80}", 2, 3, "slashes")]
    [InlineData("services:\n  web: 5", 2, 3, "must be a map")]
    public async Task Put_Mistake_IsRefusedWithItsPlaceAndChangesNothing(string document, int line, int column, string problem)
    {
        await _daemon.PutAsync("/config", ConfigApiTests.Document);
        var before = ConfigApiTests.Kernel(_daemon);

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", document);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var details = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().ToList();
        details.Should().Contain(detail => detail.GetProperty("problem").GetString()!.Contains(problem), details.FirstOrDefault().ToString());
        var found = details.First(detail => detail.GetProperty("problem").GetString()!.Contains(problem));
        (found.GetProperty("line").GetInt32(), found.GetProperty("column").GetInt32()).Should().Be((line, column));
        ConfigApiTests.Kernel(_daemon).Should().Equal(before);
    }

    [Theory]
    [InlineData("", "must be a map with the member services")]
    [InlineData("- a", "must be a map with the member services")]
    [InlineData("{}", "is required")]
    [InlineData("services:", "is required")]
    public async Task Put_NoServices_IsRefused(string document, string problem)
    {
        await _daemon.PutAsync("/config", ConfigApiTests.Document);

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", document);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).ToString().Should().Contain(problem);
        ConfigApiTests.Kernel(_daemon).Should().HaveCount(2);
    }

    /// <summary>Number of services, backends of each, and whether the list of mistakes is cut off; each processor reads a share of the services.</summary>
    public static TheoryData<int, int, bool> Mistakes => new() { { 1, 300, true }, { 150 * Environment.ProcessorCount, 1, true }, { 1, 100, false }, { 20, 2, false } };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Put_MoreMistakesThanAnybodyReads_SaysThatItStopped(int services, int backends, bool stops)
    {
        var wrong = string.Concat(Enumerable.Range(0, backends).Select(i => $"      b{i}: {{host: 10.9.0.21, port: {i + 1}, wait: 1}}\n"));
        var document = "services:\n" + string.Concat(Enumerable.Range(0, services).Select(i => $"  s{i}:\n    host: 10.9.0.100\n    port: {i + 1}\n    backends:\n{wrong}"));

        var details = (await TestDaemon.JsonAsync(await _daemon.SendAsync(HttpMethod.Put, "/config", document))).GetProperty("details").EnumerateArray()
            .Select(detail => detail.GetProperty("problem").GetString()!).ToList();

        (details.Count(problem => problem.Contains("not known")) < services * backends).Should().Be(stops);
        details.Count(problem => problem.Contains("there may be more")).Should().Be(stops ? 1 : 0);
        details[^1].Contains("there may be more").Should().Be(stops);
    }

    [Fact]
    public async Task Put_NameThatIsNoText_IsRefusedWithWhereItIs()
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", """{"services": {"\ud800": {"host": "localhost", "port": 80}}}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var detail = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Single();
        detail.GetProperty("field").GetString().Should().Be("services");
        detail.GetProperty("problem").GetString().Should().Contain("half of a character");
    }

    [Fact]
    public async Task Put_ManyMistakes_AreReportedTogether()
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config",
            "services:\n  web: {host: 10.9.0.100, port: 80, method: fastest, backends: {b1: {host: 10.9.0.21, weight: -1}}}\n  dns: {host: 10.9.0.100, port: 99999}");

        var fields = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString());
        fields.Should().Contain(["services.web.method", "services.web.backends.b1.port", "services.web.backends.b1.weight", "services.dns.port"]);
    }

    [Fact]
    public async Task Put_MemberTwice_IsToldOnce()
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", """{"services": {"web": {"host": "10.9.0.100", "port": 80, "port": 81}}, "services": {}}""");

        var fields = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString());
        fields.Should().BeEquivalentTo("services", "services.web.port");
    }

    [Fact]
    public async Task Put_PortsOutOfRange_AreToldOnceEach()
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", "services:\n  web: {host: 10.9.0.100, port: 99999, backends: {b1: {host: 10.9.0.21, port: -1}}}");

        var fields = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("field").GetString());
        fields.Should().BeEquivalentTo("services.web.port", "services.web.backends.b1.port");
    }

    [Fact]
    public async Task Put_NotUtf8_SaysWhere()
    {
        using var content = new ByteArrayContent([.. "services:\n  w"u8, 0xE4, .. "b: {}"u8]);

        var answer = await _daemon.Http.PutAsync(new Uri("/config", UriKind.Relative), content, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("error").GetString().Should().Be("this byte is not UTF-8 (line 2, column 4)");
    }

    [Theory]
    [InlineData(100 * 1024 * 1024, false)]
    [InlineData((int)ConfigDocument.MaxBytes + 1, true)] // without a length, the size is known only after reading
    public async Task Put_TooLarge_Is413AndChangesNothing(int length, bool isChunked)
    {
        await _daemon.PutAsync("/config", ConfigApiTests.Document);
        var (before, table) = ((await _daemon.GetAsync("/config")).ToString(), ConfigApiTests.Kernel(_daemon));
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri("/config", UriKind.Relative)) { Content = new ByteArrayContent(new byte[length]) };
        request.Headers.ExpectContinue = true; // rejected before the body is sent
        request.Headers.TransferEncodingChunked = isChunked;

        var answer = await _daemon.Http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await TestDaemon.JsonAsync(answer)).ToString().Should().Contain($"{ConfigDocument.MaxBytes} bytes");
        (await _daemon.GetAsync("/config")).ToString().Should().Be(before);
        ConfigApiTests.Kernel(_daemon).Should().Equal(table);
    }

    [Fact]
    public async Task Put_DeepNesting_IsRefused()
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", "services: " + new string('[', 100_000));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).ToString().Should().Contain("levels");
    }
}
