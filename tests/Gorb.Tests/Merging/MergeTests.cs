using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Tests.Merging;

/// <summary>Invariants for any order in which several sources declare and withdraw.</summary>
public sealed class MergeTests
{
    private const int Rounds = 400;

    private static readonly string[] Names = ["file", "api", "docker/a"];

    private readonly SteadyClock _clock = new(TimeProvider.System);

    [Theory]
    [InlineData(1)]
    [InlineData(46)]
    [InlineData(4672)]
    public void Declare_AtRandom_KeepsWhatCameFirstAndLosesNothing(int seed)
    {
        var random = new Random(seed);
        var table = Table.Empty;
        var parts = Names.ToDictionary(name => name, _ => new List<Part>());
        for (var i = 0; i < Rounds; i++)
        {
            var source = Names[random.Next(Names.Length)];
            var before = table;
            parts[source] = RandomParts(random, source, parts[source]);

            table = Declare(table, source, parts[source]);

            ShouldBeSound(table);
            ShouldLeaveOthers(before, table, source, parts);
            foreach (var (name, part) in parts)
            {
                ShouldHave(table, name, part);
            }

            Declare(table, source, parts[source]).Should().BeSameAs(table, "the same again changes nothing");
        }
    }

    /// <summary>A source owns everything that it declares once all others have withdrawn.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(47)]
    public void Declare_WhenTheOthersAreGone_HasEverything(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Rounds; i++)
        {
            var table = Table.Empty;
            var parts = Names.ToDictionary(name => name, name => RandomParts(random, name, []));
            foreach (var name in Names.OrderBy(_ => random.Next()))
            {
                table = Declare(table, name, parts[name]);
            }

            var last = Names[random.Next(Names.Length)];
            foreach (var name in Names.Where(name => name != last).OrderBy(_ => random.Next()))
            {
                table = Declare(table, name, []);
            }

            var alone = Declare(Table.Empty, last, parts[last]);
            table.Services.Keys.Should().Equal(alone.Services.Keys);
            foreach (var service in table.Services.Values)
            {
                service.Source.Should().Be(last);
                service.Spec.Should().Be(alone.Find(service.Name)!.Spec);
                service.Backends.Values.Select(backend => (backend.Name, backend.Source, backend.Spec))
                    .Should().Equal(alone.Find(service.Name)!.Backends.Values.Select(backend => (backend.Name, backend.Source, backend.Spec)));
            }
        }
    }

    private static void ShouldBeSound(Table table)
    {
        table.Names.Count.Should().Be(table.Services.Count);
        foreach (var service in table.Services.Values)
        {
            table.Names[service.Spec.Key].Should().Be(service.Name);
            service.Backends.Values.Should().OnlyHaveUniqueItems(backend => backend.Spec.Key);
            service.Backends.Values.All(backend => ServiceMerge.Fits(service, backend)).Should().BeTrue();
        }

        table.Declarations.Claims.Values.Any(claims => claims.IsEmpty || claims.Any(claim => claim.IsEmpty)).Should().BeFalse();
    }

    /// <summary>A declaration takes nothing from other sources, except backends in a service that its own source moves or removes.</summary>
    private static void ShouldLeaveOthers(Table before, Table after, string source, Dictionary<string, List<Part>> parts)
    {
        foreach (var service in before.Services.Values.Where(service => service.Source != source))
        {
            after.Find(service.Name).Should().NotBeNull();
            after.Find(service.Name)!.Source.Should().Be(service.Source);
            after.Find(service.Name)!.Spec.Should().Be(service.Spec);
            foreach (var backend in service.Backends.Values.Where(backend => backend.Source != source))
            {
                after.Find(service.Name)!.Backends.Find(backend.Name).Should().BeSameAs(backend);
            }
        }

        parts.Should().NotBeEmpty();
    }

    /// <summary>Every declared part is in the table or pending, and the table holds nothing else of the source.</summary>
    private static void ShouldHave(Table table, string source, List<Part> parts)
    {
        foreach (var part in parts)
        {
            var (service, claim) = (table.Find(part.Name), table.Declarations.On(part.Name).Of(source));
            if (part.Spec is { } spec)
            {
                (service?.Source == source ? service.Spec : claim?.Spec).Should().Be(spec, $"{source} declares {part.Name}");
            }

            foreach (var backend in part.Backends)
            {
                var standing = service?.Backends.Find(backend.Name) is { } found && found.Source == source ? found : null;
                (standing ?? claim?.Backends.Find(backend.Name))?.Spec.Should().Be(backend.Spec, $"{source} declares {part.Name}/{backend.Name}");
                (standing ?? claim?.Backends.Find(backend.Name)).Should().NotBeNull();
            }
        }

        var names = parts.ToDictionary(part => part.Name, part => part.Backends.Select(backend => backend.Name).ToHashSet());
        foreach (var service in table.Services.Values)
        {
            (service.Source != source || names.ContainsKey(service.Name)).Should().BeTrue();
            service.Backends.Values.Where(backend => backend.Source == source).All(backend => names[service.Name].Contains(backend.Name)).Should().BeTrue();
        }
    }

    private static List<Part> RandomParts(Random random, string source, List<Part> before)
    {
        var parts = new List<Part>();
        var places = Enumerable.Range(80, 5).OrderBy(_ => random.Next()).ToList();
        for (var i = 0; i < 4; i++)
        {
            var name = $"s{i}";
            var old = before.Find(part => part.Name == name);
            switch (random.Next(4))
            {
                case 0:
                    break;
                case 1 when old?.Spec is null: // who has a service and then names backends alone has made a mistake, which is found when it is read
                    parts.Add(new Part(name, null, RandomBackends(random, source)));
                    break;
                default:
                    parts.Add(new Part(name, Spec(places[i], random.Next(2) == 0 ? "rr" : "wrr"), RandomBackends(random, source)));
                    break;
            }
        }

        return parts;
    }

    private static List<Backend> RandomBackends(Random random, string source) =>
    [
        .. Enumerable.Range(1, 5).OrderBy(_ => random.Next()).Take(random.Next(4))
            .Select(host => new Backend($"b{(host + random.Next(2)) % 5}", BackendSpec(host, random.Next(1, 3)), DateTimeOffset.UnixEpoch) { Source = source })
            .DistinctBy(backend => backend.Name),
    ];

    private static ServiceSpec Spec(int port, string method) =>
        new() { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), (ushort)port), Host = "10.9.0.100", Method = method };

    private static BackendSpec BackendSpec(int host, int weight) =>
        new() { Host = $"10.9.0.{host}", Address = new IPAddress([10, 9, 0, (byte)host]), Port = 80, Weight = weight };

    /// <summary>Declares like a document: unchanged entries keep their objects.</summary>
    private Table Declare(Table table, string source, List<Part> parts)
    {
        var own = new Ownership(source);
        var drafts = parts.ConvertAll(part => Merge(table, Settle(table, source, part), own));
        var names = parts.Select(part => part.Name).ToHashSet();
        var merge = new TableMerge(table, _clock);
        merge.Declare(own, drafts, table.Services.Keys.Union(table.Declarations.Claims.Keys).Where(name => !names.Contains(name)).ToList());
        merge.Problems.Should().BeEmpty();
        var declared = merge.ToTable();
        var resolving = new TableMerge(declared, _clock);
        resolving.Resolve(merge.Touched, table);
        return resolving.ToTable();
    }

    private static Part Settle(Table table, string source, Part part) => part with
    {
        Backends = [.. part.Backends.Select(backend => Present(table, source, part.Name, backend.Name) is { } present && present.Spec == backend.Spec ? present : backend)],
    };

    private static Backend? Present(Table table, string source, string service, string name) => table.Find(service)?.Backends.Find(name) is { } standing && standing.Source == source
        ? standing
        : table.Declarations.On(service).Of(source)?.Backends.Find(name);

    private DraftService Merge(Table table, Part part, Ownership own) =>
        new(part.Name, table.Merged(part.Name), ServiceMerge.Declare(table.Merged(part.Name), part, own, prune: true, _clock));
}
