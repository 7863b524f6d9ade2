using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Gorb.Tests.Architecture;

/// <summary>What Gorb is built from is named exactly: packages by lock files with hashes, images and actions by digests.</summary>
public sealed partial class SupplyChainTests
{
    [Fact]
    public void EachProject_LocksItsPackages()
    {
        var projects = Directory.GetFiles(Root(), "*.csproj", SearchOption.AllDirectories);

        projects.Should().HaveCountGreaterThan(4);
        projects.Where(static project => !File.ReadAllText(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")).Contains("\"contentHash\"", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Images_AreNamedByDigest()
    {
        var images = Image().Matches(File.ReadAllText(Path.Combine(Root(), "Dockerfile")) + File.ReadAllText(Path.Combine(Root(), ".github/workflows/ci.yml"))).Select(static match => match.Groups[1].Value).ToList();

        images.Should().HaveCount(3).And.AllSatisfy(static image => image.Should().MatchRegex("@sha256:[0-9a-f]{64}$"));
    }

    [Fact]
    public void Actions_AreNamedByCommit()
    {
        var actions = Action().Matches(File.ReadAllText(Path.Combine(Root(), ".github/workflows/ci.yml"))).Select(static match => match.Groups[1].Value).ToList();

        actions.Should().NotBeEmpty().And.AllSatisfy(static action => action.Should().MatchRegex("@[0-9a-f]{40}$"));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex(@"^(?:ARG \w+_IMAGE=| *image: )(\S+)", RegexOptions.Multiline)]
    private static partial Regex Image();

    [GeneratedRegex(@"uses: (\S+)")]
    private static partial Regex Action();
}
