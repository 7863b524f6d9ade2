using System.Runtime.CompilerServices;

namespace Gorb.Tests.Architecture;

/// <summary>The order of using directives. <c>dotnet format</c> checks it too, and takes minutes for what the compiler has checked already.</summary>
public sealed class UsingTests
{
    [Fact]
    public void Usings_AreInTheOrderOfDotnetFormat()
    {
        string[] projects = [Path.Combine(Root(), "src"), Path.Combine(Root(), "tests")];
        var files = projects.SelectMany(static folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/node_modules/", StringComparison.Ordinal))
            .ToList();

        files.Should().HaveCountGreaterThan(500);
        files.Where(static file => !IsInOrder(Usings(file))).Should().BeEmpty("System comes first, then the others by name, then static ones and aliases");
    }

    [Theory]
    [InlineData("using System.Net;\nusing Gorb.Ipvs;\nusing static System.Math;\nusing Table = Gorb.Model.Table;", true)]
    [InlineData("using Gorb.Ipvs;\nusing System.Net;", false)]
    [InlineData("using Gorb.Model;\nusing Gorb.Ipvs;", false)]
    [InlineData("using Gorb.Model.Text;\nusing Gorb.Model;", false)]
    [InlineData("using static System.Math;\nusing Gorb.Ipvs;", false)]
    public void Order_IsSeen(string text, bool isInOrder) => IsInOrder([.. text.Split('\n')]).Should().Be(isInOrder);

    private static List<string> Usings(string file) => [.. File.ReadLines(file).TakeWhile(static line => line.Length == 0 || line.StartsWith("using ", StringComparison.Ordinal)).Where(static line => line.Length > 0)];

    private static bool IsInOrder(IReadOnlyList<string> usings) => usings.SequenceEqual(usings.OrderBy(Kind).ThenBy(IsForeign).ThenBy(Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Namespaces, static types, aliases.</summary>
    private static int Kind(string line) => line.Contains('=') ? 2 : line.StartsWith("using static ", StringComparison.Ordinal) ? 1 : 0;

    private static bool IsForeign(string line) => !Name(line).StartsWith("System ", StringComparison.Ordinal);

    /// <summary>The name; a part of it that ends earlier comes first.</summary>
    private static string Name(string line) => line.Replace("static ", "", StringComparison.Ordinal).Split(' ')[1].Replace(';', ' ').Replace('.', ' ');

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
