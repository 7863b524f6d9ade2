using Gorb.Cluster;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;
using Gorb.Writer;

namespace Gorb.Tests.Cluster;

/// <summary>The author of a change is known at all directors.</summary>
[Collection(EtcdCollection.Name)]
public sealed class AuthorTests(EtcdCluster etcd) : IAsyncDisposable
{
    private readonly DirectorGroup _group = new(etcd);

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Fact]
    public void EditsOfSeveralAuthors_AreToldApart()
    {
        var head = HeadDocument.Read(new HeadDocument("d0", [new HeadAuthor("alice", "api", ["web", "dns"]), new HeadAuthor("drain", null, ["web"])]).Write())!;

        head.FindAuthor("dns").Should().Be(new ChangeOrigin("alice", "api", Director: "d0"));
        head.FindAuthor("web").Should().Be(new ChangeOrigin("drain", Director: "d0"), "it was the last one");
        head.FindAuthor("mail").Should().BeNull();
    }

    [Theory]
    [InlineData("move")]
    [InlineData("d0")]
    [InlineData("{}")]
    [InlineData("""{"director": "d0", "authors": [{}]}""")]
    [InlineData("""{"director": "d0", "authors": [null]}""")]
    public void HeadOfAnotherVersion_NamesNobody(string text) => HeadDocument.Read(System.Text.Encoding.UTF8.GetBytes(text)).Should().BeNull();

    [Fact]
    public async Task Change_HasItsAuthor_AtTheOtherDirectors()
    {
        var a = await _group.AddAsync();
        await DirectorGroup.JoinedAsync(a);
        var b = await _group.AddAsync();
        await DirectorGroup.JoinedAsync(b);
        var author = new ChangeOrigin((await a.GetAsync("/access")).GetProperty("actor").GetString()!, "api", Director: "d0");
        var seen = new System.Collections.Concurrent.ConcurrentQueue<ChangeOrigin?>();
        var writer = b.Service<TableWriter>();
        writer.Changed += () => seen.Enqueue(writer.Latest.Origins.Of("web", null));

        // Repeated: after an interruption of the watch, a director learns what is different, but not from whom.
        await SeenAsync(a, HttpMethod.Put, port => $$"""{"host":"10.9.0.100","port":{{port}}}""", seen, author);
        seen.Clear();
        await SeenAsync(a, HttpMethod.Patch, port => $$"""{"port":{{port}}}""", seen, author);
    }

    [Fact]
    public async Task RemovalAndLargeDocument_HaveTheirAuthor_Too()
    {
        var a = await _group.AddAsync();
        await DirectorGroup.JoinedAsync(a);
        var author = new ChangeOrigin((await a.GetAsync("/access")).GetProperty("actor").GetString()!, "deploy", Director: "d0");
        var seen = new System.Collections.Concurrent.ConcurrentQueue<ChangeOrigin?>();
        var writer = a.Service<TableWriter>();
        writer.Changed += () => seen.Enqueue(writer.Latest.Origins.Of("s1", null));
        var services = string.Join(',', Enumerable.Range(1, 100).Select(static port => $$"""
            "s{{port}}":{"host":"10.9.0.100","port":{{port}}}
            """));

        await Poll.UntilAsync(
            async () =>
            {
                await DirectorGroup.PatientlyAsync(a, HttpMethod.Put, "/config?source=deploy", $"{{\"services\":{{{services}}}}}");
                var isPut = seen.Contains(author);
                seen.Clear();
                await DirectorGroup.PatientlyAsync(a, HttpMethod.Put, "/config?source=deploy", """{"services":{}}""");
                return isPut && seen.Contains(author);
            },
            TestContext.Current.CancellationToken);
    }

    /// <summary>Changes the service until a director has seen the author.</summary>
    private static async Task SeenAsync(TestDaemon daemon, HttpMethod method, Func<int, string> body, System.Collections.Concurrent.ConcurrentQueue<ChangeOrigin?> seen, ChangeOrigin author)
    {
        var port = 80;
        await Poll.UntilAsync(
            async () =>
            {
                if (seen.Contains(author))
                {
                    return true;
                }

                await DirectorGroup.PatientlyAsync(daemon, method, "/service/web", body(++port));
                return false;
            },
            TestContext.Current.CancellationToken);
    }
}
