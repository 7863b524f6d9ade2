using System.Text;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Sources;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Gorb.Writer;

namespace Gorb.Tests.Documents;

/// <summary>Documents are read before the writer applies them; the result is the same as applying the changes one after the other.</summary>
public sealed class ConfigOrderTests : IDisposable
{
    /// <summary>Gives the endpoint of web in <see cref="ConfigApiTests.Document"/> to another name, and the name web to another endpoint.</summary>
    private const string Contrary = """
        services:
          shop: { host: 10.9.0.100, port: 80, backends: { b2: { host: 10.9.0.21, port: 80, weight: 5 } } }
          web: { host: 10.9.0.100, port: 81, backends: { b1: { host: 10.9.0.22, port: 81 } } }
        """;

    private static readonly string[] Singles = ["one", "two"];

    private readonly TemporaryFile _file = new();
    private readonly FakeKernel _kernel = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Apply_TableChangedMeanwhile_ComesToTheSameAsReadingItThen(bool prune, bool keepWeights)
    {
        await using var early = new TestDaemon();
        await using var late = new TestDaemon();
        foreach (var daemon in new[] { early, late })
        {
            await daemon.InitializeAsync();
            await daemon.PutAsync("/config", Contrary);
        }

        using var document = ConfigDocument.Read(Encoding.UTF8.GetBytes(ConfigApiTests.Document), TestContext.Current.CancellationToken);
        await document.UseAsync(
            async hosts =>
            {
                var tableWriter = early.Service<TableWriter>();
                var reader = early.Service<ConfigReader>();
                var draft = reader.Read(document.Root, hosts, new ConfigOptions(prune, keepWeights), tableWriter.Current, TestContext.Current.CancellationToken);
                await ChangeAsync(early);
                await DocumentChange.ApplyAsync(reader, draft, tableWriter, new ChangeOrigin("test", SourceName.Api), static _ => static _ => true, TestContext.Current.CancellationToken);
            },
            TestContext.Current.CancellationToken);
        await ChangeAsync(late);
        await late.PutAsync($"/config?prune={prune}&keep_weights={keepWeights}", ConfigApiTests.Document);

        (await early.GetAsync("/config")).ToString().Should().Be((await late.GetAsync("/config")).ToString());
        ConfigApiTests.Kernel(early).Should().BeEquivalentTo(ConfigApiTests.Kernel(late));
    }

    [Fact]
    public async Task Put_ContraryDocumentsAndServicesAtOnce_EndAsInOneOfTheirOrders()
    {
        const int restarts = 4;
        const int rounds = 25;
        var ends = await EndsAsync();
        var last = "";
        for (var restart = 0; restart <= restarts; restart++)
        {
            var mutations = _kernel.Mutations;
            await using var daemon = await StartAsync();
            if (restart > 0)
            {
                _kernel.Mutations.Should().Be(mutations, "what is saved is what is in the kernel");
                (await daemon.GetAsync("/config")).ToString().Should().Be(last);
            }

            for (var round = 0; round < rounds; round++)
            {
                await Task.WhenAll([daemon.PutAsync("/config", ConfigApiTests.Document), daemon.PutAsync("/config", Contrary), .. Singles.Select(name => PutAsync(daemon, name))]);

                last = (await daemon.GetAsync("/config")).ToString();
                ends.Should().ContainKey(last);
                ConfigApiTests.Kernel(daemon).Should().BeEquivalentTo(ends[last]);
            }
        }
    }

    /// <summary>Changes the table after a document is read and before it is applied.</summary>
    private static async Task ChangeAsync(TestDaemon daemon)
    {
        await PutAsync(daemon, "one");
        await daemon.PatchAsync("/service/web/b1", """{"weight": 7}""");
        await daemon.PutAsync("/service/web/b9", """{"host": "10.9.0.29", "port": 81}""");
        await daemon.DeleteAsync("/service/shop");
    }

    /// <summary>The final table of every order of changes, with the kernel's table for each: one document, and the services put after it.</summary>
    private static async Task<Dictionary<string, List<string>>> EndsAsync()
    {
        var ends = new Dictionary<string, List<string>>();
        await using var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        foreach (var document in new[] { ConfigApiTests.Document, Contrary })
        {
            foreach (var later in new string[][] { [], ["one"], ["two"], Singles })
            {
                await daemon.PutAsync("/config", document);
                foreach (var name in later)
                {
                    await PutAsync(daemon, name);
                }

                ends.Add((await daemon.GetAsync("/config")).ToString(), ConfigApiTests.Kernel(daemon));
            }
        }

        return ends;
    }

    private static Task PutAsync(TestDaemon daemon, string name) => daemon.PutAsync($"/service/{name}", $$"""{"host": "10.9.0.10{{Array.IndexOf(Singles, name) + 1}}", "port": 80}""");

    private async Task<TestDaemon> StartAsync()
    {
        var daemon = new TestDaemon { Kernel = _kernel, State = _file.Path };
        await daemon.InitializeAsync();
        return daemon;
    }
}
