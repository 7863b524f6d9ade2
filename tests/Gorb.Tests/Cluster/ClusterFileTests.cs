using System.Text.Json;
using Gorb.Tests.Api;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;
using Gorb.Tests.State;

namespace Gorb.Tests.Cluster;

/// <summary>Directors that follow files of their own (<c>--config</c>): each file is a source of the cluster's table.</summary>
[Collection(EtcdCollection.Name)]
public sealed class ClusterFileTests(EtcdCluster etcd) : IAsyncDisposable
{
    private const string Web = "\"web\":{\"host\":\"10.9.0.100\",\"port\":80}", Dns = "\"dns\":{\"host\":\"10.9.0.100\",\"port\":53,\"protocol\":\"udp\"}";

    private readonly DirectorGroup _group = new(etcd);
    private readonly TemporaryFile _first = new();
    private readonly TemporaryFile _second = new();

    public async ValueTask DisposeAsync()
    {
        await _group.DisposeAsync();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task FileOfEachDirector_IsASourceOfItsOwn_AndOneNameInBothIsTold()
    {
        Write(_first, Web);
        Write(_second, $"{Web.Replace(":80", ":81", StringComparison.Ordinal)},{Dns}");
        var a = await _group.AddAsync(config: _first.Path);
        await SourceAsync(a, "file/d0", services: 1, conflicts: 0);

        await _group.AddAsync(config: _second.Path);

        await SourceAsync(a, "file/d1", services: 1, conflicts: 1);
        (await _group.AgreeAsync())["services"]!.AsObject().Select(static service => service.Key).Should().BeEquivalentTo("web", "dns");

        Write(_first, "");
        await SourceAsync(a, "file/d0", services: 0, conflicts: 0);
        await SourceAsync(a, "file/d1", services: 2, conflicts: 0);
    }

    [Fact]
    public async Task DirectorThatBringsItsTable_KeepsWhatItsFileDeclared()
    {
        Write(_first, Web);
        var alone = await _group.AddAsync(joins: false, config: _first.Path);
        (await alone.GetAsync("/sources"))[0].GetProperty("name").GetString().Should().Be("file");
        await _group.StopAsync(0);

        var before = _group.Kernel(0).Mutations;
        var first = await _group.StartAsync(0, brings: true, config: _first.Path);
        await SourceAsync(first, "file/d0", services: 1, conflicts: 0);
        Write(_first, Dns);

        await SourceAsync(first, "file/d0", services: 1, conflicts: 0, "dns");
        (await first.GetAsync("/sources")).EnumerateArray().Should().ContainSingle("the file is one source, under its new name");
        (_group.Kernel(0).Mutations - before).Should().Be(2, "one service is removed, and one is added");
    }

    private static void Write(TemporaryFile file, string services)
    {
        var path = file.Path;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".new", $"{{\"services\":{{{services}}}}}");
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Waits until a source has so many services and conflicts.</summary>
    private static Task SourceAsync(TestDaemon daemon, string name, int services, int conflicts, string? service = null) => Poll.UntilAsync(
        async () => (await daemon.GetAsync("/sources")).EnumerateArray().FirstOrDefault(source => source.GetProperty("name").GetString() == name) is { ValueKind: JsonValueKind.Object } source
            && source.GetProperty("services").GetInt32() == services && source.GetProperty("conflicts").GetArrayLength() == conflicts
            && (service is null || (await daemon.GetAsync("/service")).EnumerateArray().Any(found => found.GetString() == service)),
        TestContext.Current.CancellationToken);
}
