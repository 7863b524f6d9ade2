using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Writer;
using Mono.Cecil;

namespace Gorb.Tests.Architecture;

/// <summary>Limits of the writer's thread, which every request waits for; read from the compiled methods.</summary>
public sealed class WriterTests
{
    /// <summary>The keys by which the model names services and backends.</summary>
    private static readonly string[] Keys = [typeof(ServiceKey).FullName!, typeof(DestinationKey).FullName!];

    /// <summary>Types that parse text, resolve names or enumerate devices.</summary>
    private static readonly string[] Slow =
    [
        "System.Text.Json.JsonDocument", "System.Text.Json.JsonElement", "System.Text.Json.Utf8JsonReader", "System.Text.Json.JsonSerializer",
        "System.Net.Dns", "System.Net.NetworkInformation.", "Gorb.Names.", "Gorb.Platform.NetworkDevice",
    ];

    /// <summary>The only exception: after three concurrent changes the writer itself reads a document again, limited to the changed services.</summary>
    private const string OutrunDocument = "Gorb.Documents.ConfigReader.ReadAgain";

    private static readonly AssemblyDefinition Daemon = AssemblyDefinition.ReadAssembly(typeof(GorbHost).Assembly.Location);

    /// <summary>Targets are independent folders: a new target needs no change in the writer.</summary>
    [Fact]
    public void Writer_KnowsNoTargetByName()
    {
        var known = Types().Where(static type => type.Namespace == "Gorb.Writer" || type.FullName.StartsWith("Gorb.Writer.", StringComparison.Ordinal))
            .SelectMany(static type => type.Methods)
            .SelectMany(static method => Uses(method).Select(used => $"{method.DeclaringType.Name}.{method.Name} uses {used}"))
            .Where(static use => use.Contains(" uses Gorb.Targets.", StringComparison.Ordinal) && use.Split(" uses Gorb.Targets.")[1].Contains('.', StringComparison.Ordinal)
                || (use.Contains(" uses Gorb.Ipvs.", StringComparison.Ordinal) && !Keys.Any(key => use.EndsWith($" {key}", StringComparison.Ordinal))));

        known.Distinct().Should().BeEmpty();
    }

    /// <summary>An edit only computes on data that was read before the edit was posted.</summary>
    [Fact]
    public void Edits_ParseNothing_ResolveNothing_AndEnumerateNoDevices()
    {
        var edits = Types().SelectMany(static type => type.Methods).Where(static method => method.HasBody && method.Parameters.Any(static parameter => parameter.ParameterType.FullName == typeof(Transaction).FullName));
        var slow = Reach(edits).SelectMany(static reached => Uses(reached.Method).Where(IsSlow).Select(used => $"{reached.Path} uses {used}"));

        slow.Distinct().Should().BeEmpty("everybody waits for the writer");
    }

    /// <summary>A version refers to the next one, and so keeps all later versions in memory. Only subscribers that follow every version may hold one.</summary>
    [Fact]
    public void Versions_AreKeptOnlyByThoseWhoFollowEachOfThem()
    {
        var keepers = Types().SelectMany(static type => type.Fields).Where(static field => field.FieldType.FullName.Contains(typeof(TableVersion).FullName!, StringComparison.Ordinal));

        keepers.Select(static field => field.DeclaringType.Name).Where(static name => !name.Contains('<', StringComparison.Ordinal)).Distinct()
            .Should().BeEquivalentTo("TableVersion", "PublishedTable", "TableEvents", "Work", "PulseMonitor");
    }

    private static bool IsSlow(string type) => Slow.Any(slow => type == slow || (slow.EndsWith('.') && type.StartsWith(slow, StringComparison.Ordinal)));

    private static IEnumerable<TypeDefinition> Types() => Daemon.MainModule.GetTypes();

    /// <summary>All methods of the daemon that some methods call, directly or indirectly. Calls through interfaces are not followed.</summary>
    private static IEnumerable<(MethodDefinition Method, string Path)> Reach(IEnumerable<MethodDefinition> from)
    {
        var seen = new HashSet<MethodDefinition>();
        var open = new Queue<(MethodDefinition Method, string Path)>(from.Select(static method => (method, Name(method))));
        while (open.TryDequeue(out var next))
        {
            if (!seen.Add(next.Method))
            {
                continue;
            }

            yield return next;
            foreach (var callee in Called(next.Method).Where(callee => !seen.Contains(callee) && Name(callee) != OutrunDocument))
            {
                open.Enqueue((callee, $"{next.Path} -> {Name(callee)}"));
            }
        }
    }

    private static IEnumerable<MethodDefinition> Called(MethodDefinition method) => !method.HasBody ? []
        : method.Body.Instructions.Select(static instruction => instruction.Operand).OfType<MethodReference>()
            .Where(static callee => callee.DeclaringType.Scope == Daemon.MainModule)
            .Select(static callee => callee.Resolve()).OfType<MethodDefinition>();

    /// <summary>The types whose members a method uses.</summary>
    private static IEnumerable<string> Uses(MethodDefinition method) => !method.HasBody ? []
        : method.Body.Instructions.Select(static instruction => instruction.Operand).OfType<MemberReference>()
            .Select(static member => member is TypeReference type ? type : member.DeclaringType)
            .OfType<TypeReference>()
            .Select(static type => type.GetElementType().FullName)
            .Concat(method.Parameters.Select(static parameter => parameter.ParameterType.GetElementType().FullName))
            .Distinct();

    private static string Name(MethodDefinition method) => $"{method.DeclaringType.FullName}.{method.Name}";
}
