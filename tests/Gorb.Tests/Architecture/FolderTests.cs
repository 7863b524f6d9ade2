using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Gorb.Tests.Architecture;

/// <summary>The dependencies between the daemon's folders match docs/design/architecture.md; read from the compiled types.</summary>
public sealed class FolderTests
{
    /// <summary>Each folder and the folders that it may use. Host is everything outside the folders: Program and GorbHost.</summary>
    private static readonly Dictionary<string, string[]> Picture = new()
    {
        ["Model"] = [],
        ["Platform"] = ["Model"],
        ["Logging"] = ["Model"],
        ["Start"] = ["Model"],
        ["Names"] = [],
        ["Etcd"] = [],
        ["State"] = ["Model", "Start"],
        ["Targets"] = ["Model", "Platform", "Logging", "Start"],
        ["Certificates"] = ["Model"],
        ["Documents"] = ["Model", "Start", "Names"],
        ["Client"] = ["Certificates", "Names", "Documents"],
        ["Neighbors"] = ["Model", "Platform"],
        ["Writer"] = ["Model", "Platform", "Logging", "Targets", "Neighbors"],
        ["Leases"] = ["Model", "Etcd", "Logging", "Platform", "Targets", "Writer"],
        ["Cluster"] = ["Model", "Certificates", "Client", "Platform", "Logging", "Etcd", "State", "Documents", "Writer"],
        ["Access"] = ["Model", "Certificates", "Platform", "Logging", "Writer"],
        ["Draining"] = ["Model", "Platform", "Logging", "Targets", "Writer"],
        ["Health"] = ["Model", "Certificates", "Platform", "Logging", "Names", "Targets", "Documents", "Writer"],
        ["Sources"] = ["Model", "Certificates", "Platform", "Logging", "Names", "Documents", "Client", "Writer"],
        ["Api"] = ["Model", "Access", "Etcd", "Leases", "Cluster", "Platform", "Start", "Targets", "Documents", "Writer", "Health", "Sources"],
        ["Web"] = ["Model", "Access", "Certificates", "Logging", "Platform", "Health", "Api"],
        ["Events"] = ["Model", "Access", "Platform", "Documents", "Writer", "Api"],
        ["Audit"] = ["Model", "Access", "Platform", "Logging", "Documents", "Api"],
        ["Recipes"] = ["Model", "Access", "Writer", "Api"],
        ["Connections"] = ["Model", "Access", "Writer", "Api"],
        ["History"] = ["Model", "Access", "Platform", "Targets", "Writer", "Api"],
        ["Metrics"] = ["Model", "Access", "Logging", "Targets", "Writer", "Health", "Api"],
        ["Doctor"] = ["Model", "Access", "Platform", "Targets", "Documents", "Client", "Neighbors", "Writer", "Health", "Api"],
        ["Why"] = ["Model", "Access", "Platform", "Targets", "Writer", "Health", "Api", "Doctor"],
        ["Cli"] = ["Model", "Certificates", "Platform", "Leases", "Cluster", "Targets", "Documents", "Client", "Sources", "Doctor", "Why"],
        ["Host"] = ["Model", "Access", "Certificates", "Client", "Leases", "Cluster", "Platform", "Logging", "Start", "State", "Targets", "Neighbors", "Writer", "Draining", "Health", "Sources", "Api", "Web", "Events", "Audit", "Recipes", "Connections", "History", "Metrics", "Doctor", "Why", "Cli"],
    };

    private static readonly Lazy<List<Use>> Uses = new(Read);

    [Fact]
    public void AFolder_UsesOnlyWhatThePictureAllows()
    {
        var strangers = Uses.Value
            .Where(use => !Picture.TryGetValue(use.From, out var allowed) || !allowed.Contains(use.To))
            .GroupBy(use => $"{use.From} -> {use.To}", use => $"{use.Type} uses {use.Used}")
            .Select(arrow => $"{arrow.Key}: {string.Join(", ", arrow.Distinct().Order(StringComparer.Ordinal))}");

        strangers.Should().BeEmpty("an arrow that is not in the picture is a wrong turn, or a change of the picture and of docs/design/architecture.md");
    }

    [Fact]
    public void EveryArrowOfThePicture_IsUsed()
    {
        var drawn = Picture.SelectMany(folder => folder.Value.Select(below => $"{folder.Key} -> {below}"));

        drawn.Except(Uses.Value.Select(use => $"{use.From} -> {use.To}")).Should().BeEmpty("the picture shows what is there");
    }

    /// <summary>Each folder uses only folders above it in the list, so there are no cycles.</summary>
    [Fact]
    public void ThePicture_HasNoCycle()
    {
        var order = Picture.Keys.ToList();

        Picture.SelectMany(folder => folder.Value.Where(below => order.IndexOf(below) >= order.IndexOf(folder.Key)).Select(below => $"{folder.Key} -> {below}")).Should().BeEmpty();
    }

    private static List<Use> Read()
    {
        var daemon = new ArchLoader().LoadAssembly(typeof(GorbHost).Assembly).Build();
        return
        [
            .. daemon.Types.SelectMany(type => type.Dependencies)
                .Where(dependency => dependency.Target is not GenericParameter && Folder(dependency.Origin) is not null && Folder(dependency.Target) is not null)
                .Select(dependency => new Use(Folder(dependency.Origin)!, Folder(dependency.Target)!, Name(dependency.Origin), Name(dependency.Target)))
                .Where(use => use.From != use.To),
        ];
    }

    /// <summary>The folder of a type of the daemon, or null for other types.</summary>
    private static string? Folder(IType type) => (type.Namespace?.FullName ?? "").Split('.') switch
    {
        ["Gorb", "Ipvs", ..] => null,
        ["Gorb", var folder, ..] => folder,
        ["Gorb"] => "Host",
        _ => null,
    };

    private static string Name(IType type) => type.FullName.Split('.')[^1].Split('+')[0];

    private sealed record Use(string From, string To, string Type, string Used);
}
