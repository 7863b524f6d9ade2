using System.Text;
using Gorb.Cluster;

namespace Gorb.Tests.Cluster;

public sealed class StagedBundleTests
{
    [Fact]
    public void Documents_ComeBack_AlsoThoseThatDelete()
    {
        var bundle = StagedBundle.Write([Document("service/web", "{}"), Document("place/10.9.0.100:80", ""), Document("service/ä", new string('x', 100_000))]);

        StagedBundle.Read(bundle).Select(static document => (document.Key, Encoding.UTF8.GetString(document.Value.Span))).Should().Equal(
            ("service/web", "{}"), ("place/10.9.0.100:80", ""), ("service/ä", new string('x', 100_000)));
    }

    [Fact]
    public void NoDocuments_AreAnEmptyBundle() => StagedBundle.Read(StagedBundle.Write([])).Should().BeEmpty();

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(20)]
    public void DamagedBundle_IsRefused(int length) => FluentActions.Invoking(() => StagedBundle.Read(StagedBundle.Write([Document("service/web", "{}")]).AsMemory(0, length))).Should().Throw<ClusterFormatException>();

    private static KeyValuePair<string, ReadOnlyMemory<byte>> Document(string key, string value) => KeyValuePair.Create(key, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value));
}
