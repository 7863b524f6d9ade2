using System.Runtime.CompilerServices;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.State;
using Gorb.Writer;
using Microsoft.Data.Sqlite;

namespace Gorb.Tests.State;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TemporaryFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Load_NewFile_IsEmptyAndMakesTheDirectory()
    {
        using var store = SqliteStore.Open(_file.Path);

        store.Load().Table.Services.Should().BeEmpty();
        File.Exists(_file.Path).Should().BeTrue();
    }

    /// <summary>Every commit reads back exactly, even after the store was closed.</summary>
    [Fact]
    public void Commit_RandomTables_ReadBackTheSame()
    {
        var random = new RandomTable(4672);
        var table = Table.Empty;
        for (var i = 0; i < 40; i++)
        {
            using var store = SqliteStore.Open(_file.Path);
            ShouldBe(store.Load().Table, table);

            var next = random.Next(12);
            store.Commit(Delta(table, next));
            table = next;
            ShouldBe(store.Load().Table, table);
        }

        table.Services.Should().NotBeEmpty();
    }

    /// <summary>Rows are read in groups and parsed on all processors: the table has several groups, and one service larger than a usual group.</summary>
    [Fact]
    public void Commit_LargeTable_ReadsBackTheSame()
    {
        var random = new RandomTable(46);
        var large = random.Service("large") with { Backends = Backends.Of([.. Enumerable.Range(0, 3000).Select(i => new Backend($"b{i}", random.BackendSpec(), default))]) };
        var table = random.Next(300).With(large);
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(Delta(Table.Empty, table));
        }

        using var again = SqliteStore.Open(_file.Path);
        ShouldBe(again.Load().Table, table);
    }

    /// <summary>One service is written as a whole and then changed often, one backend at a time; another is removed and added again under the same name.</summary>
    [Fact]
    public void Commit_ManySingleChanges_ReadBackTheSame()
    {
        var random = new RandomTable(11);
        var pick = new Random(11);
        var table = Table.Empty.With(random.Service("web") with { Backends = Backends.Of([.. Enumerable.Range(0, 30).Select(Backend)]) });
        var store = SqliteStore.Open(_file.Path);
        store.Commit(Delta(Table.Empty, table));
        for (var i = 0; i < 500; i++)
        {
            var service = table.Find("web") ?? random.Service("web");
            var next = pick.Next(50) == 0 ? table.Without(service) : table.With(pick.Next(4) switch
            {
                0 => service with { Backends = service.Backends.Without($"b{pick.Next(40)}") },
                1 => service with { Spec = random.ServiceSpec() },
                _ => service with { Backends = service.Backends.With(Backend(pick.Next(40))) },
            });
            store.Commit(Delta(table, next));
            table = next;
            if (pick.Next(10) == 0)
            {
                store.Dispose();
                store = SqliteStore.Open(_file.Path);
            }

            ShouldBe(store.Load().Table, table);
        }

        store.Dispose();
        Sqlite.Read(_file.Path, "SELECT count(*) FROM backend").Should().BeLessThan(100, "the rows of single changes do not grow for ever");

        Backend Backend(int i) => new($"b{i}", random.BackendSpec(), DateTimeOffset.UnixEpoch.AddSeconds(i / 10));
    }

    /// <summary>In a write-ahead log, only PRAGMA synchronous = FULL (2) writes a commit to the disk before it returns.</summary>
    [Fact]
    public void Open_NewFileAndOldOne_FlushesTheLogAtEachCommit()
    {
        for (var i = 0; i < 2; i++)
        {
            using var store = SqliteStore.Open(_file.Path);
            store.Load();

            Read("PRAGMA synchronous").Should().Be(2L);
            Read("PRAGMA journal_mode").Should().Be("wal");

            object? Read(string sql)
            {
                using var command = Connection(Database(store)).CreateCommand();
                command.CommandText = sql;
                return command.ExecuteScalar();
            }
        }
    }

    [Fact]
    public void Open_FileOfTheFirstVersion_IsBroughtToThePresentOne()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file.Path)!);
        Sqlite.Run(_file.Path, """
            CREATE TABLE service (name TEXT PRIMARY KEY, spec TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE backend (service TEXT NOT NULL, name TEXT NOT NULL, since INTEGER NOT NULL, spec TEXT NOT NULL, PRIMARY KEY (service, name)) STRICT, WITHOUT ROWID;
            CREATE TABLE leftover (service TEXT NOT NULL, destination TEXT NOT NULL, PRIMARY KEY (service, destination)) STRICT, WITHOUT ROWID;
            PRAGMA application_id = 1198486114;
            PRAGMA user_version = 1;
            INSERT INTO service VALUES ('web', '{"key":"tcp/10.9.0.100:80","host":"10.9.0.100","method":"rr","flags":""}');
            INSERT INTO backend VALUES ('web', 'b1', 638000000000000000, '{"host":"b1.example","address":"10.9.0.21","port":80,"weight":7,"method":"DirectRoute","drain":{"until":null}}');
            INSERT INTO leftover VALUES ('tcp/10.9.0.101:80', ''), ('tcp/10.9.0.102:80', '10.9.0.21:80');
            """);

        using var store = SqliteStore.Open(_file.Path);
        var found = store.Load();

        found.Table.Services["web"].Spec.Method.Should().Be("rr");
        found.Table.Services["web"].Backends.Values.Should().Equal(new Backend("b1", new BackendSpec
        {
            Host = "b1.example",
            Address = System.Net.IPAddress.Parse("10.9.0.21"),
            Port = 80,
            Weight = 7,
            Method = ForwardingMethod.DirectRoute,
            Drain = default(Drain),
        }, new DateTimeOffset(638000000000000000, TimeSpan.Zero)));
        found.Leftovers.Should().Equal(new LedgerKey("ipvs", "tcp/10.9.0.101:80"), new LedgerKey("ipvs", "tcp/10.9.0.102:80 10.9.0.21:80"));
        found.Table.Declarations.Sources["file"].Inherited.Should().Be("api", "what a file declared is among it");
    }

    /// <summary>Before sources existed, Docker links recognized their own services by a note.</summary>
    [Fact]
    public void Open_FileOfBeforeSources_GivesTheLinksWhatTheyMade()
    {
        SqliteStore.Open(_file.Path).Dispose();
        Sqlite.Run(_file.Path, """
            DROP TABLE token; DROP TABLE source; DROP TABLE claim; DROP TABLE ledger; PRAGMA user_version = 2;
            CREATE TABLE leftover (service TEXT NOT NULL, destination TEXT NOT NULL, PRIMARY KEY (service, destination)) STRICT, WITHOUT ROWID;
            INSERT INTO service VALUES ('web', '{"key":"tcp/10.9.0.100:80","host":"10.9.0.100","method":"rr","owner":"docker-link"}',
                '[{"name":"b1","since":638000000000000000,"host":"10.9.0.21","port":80,"owner":"docker-link web.1: told to stop"},{"name":"b2","host":"10.9.0.22","port":80,"owner":"me"}]');
            INSERT INTO service VALUES ('empty', '{"key":"tcp/10.9.0.100:81","host":"10.9.0.100","method":"rr","owner":"docker-link"}', '[]');
            INSERT INTO service VALUES ('mine', '{"key":"tcp/10.9.0.100:82","host":"10.9.0.100","method":"rr","owner":"docker-linkage"}', '[]');
            """);

        using (var journal = new Journal(SqliteStore.Open(_file.Path), []))
        {
            var table = journal.Load();
            table.Services.Values.Select(service => (service.Name, service.Source)).Should().Equal(("empty", "docker/web.1"), ("mine", "api"), ("web", "docker/web.1"));
            table.Services["web"].Backends.Values.Select(backend => backend.Source).Should().Equal("docker/web.1", "api");
            journal.IsBehind.Should().BeTrue();
            journal.Save(table);
        }

        Sqlite.Read(_file.Path, "SELECT count(*) FROM service WHERE spec LIKE '%\"docker-link\"%'").Should().Be(0, "what is guessed once must not be guessed otherwise later");
        using var again = new Journal(SqliteStore.Open(_file.Path), []);
        again.Load().Services["web"].Source.Should().Be("docker/web.1");
        again.IsBehind.Should().BeFalse();
    }

    /// <summary>The file omits default values, so the meaning of an omitted member must never change.</summary>
    [Fact]
    public void Load_RowThatSaysNothingOfIt_HasTheUsual()
    {
        SqliteStore.Open(_file.Path).Dispose();
        Sqlite.Run(_file.Path, """
            INSERT INTO service VALUES ('web', '{"key":"tcp/10.9.0.100:80","host":"10.9.0.100","method":"rr"}',
                '[{"name":"b1","since":638000000000000000,"host":"10.9.0.21","port":80},{"name":"b2","host":"10.9.0.22","port":80,"weight":7,"method":"Tunnel"}]');
            """);

        using var store = SqliteStore.Open(_file.Path);
        var found = store.Load().Table.Services["web"];

        (found.Spec.Start, found.Spec.Fallback).Should().Be((StartPolicy.Up, Fallback.None));
        found.Backends.Values.Select(backend => (backend.Name, backend.Spec.Weight, backend.Spec.Method)).Should().Equal(
            ("b1", 100, ForwardingMethod.Masquerade), ("b2", 7, ForwardingMethod.Tunnel));
    }

    [Fact]
    public void Commit_Leftovers_AreKeptUntilTheyAreGone()
    {
        LedgerKey[] keys = [new("ipvs", "tcp/10.9.0.100:80"), new("other", "tcp/10.9.0.100:80")];
        using var store = SqliteStore.Open(_file.Path);

        store.Commit(new StateDelta { Left = keys });
        store.Load().Leftovers.Should().BeEquivalentTo(keys);

        store.Commit(new StateDelta { Gone = [keys[0]] });
        store.Load().Leftovers.Should().Equal(keys[1]);
    }

    [Fact]
    public void Commit_LogTornInTheLastTransaction_KeepsTheOnesBefore()
    {
        var random = new RandomTable(7);
        var first = Table.Empty.With(random.Service("first"));
        var second = first.With(random.Service("second") with { Spec = random.ServiceSpec() });
        using var copy = new TemporaryFile();
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(Delta(Table.Empty, first));
            var whole = File.ReadAllBytes(_file.Path + "-wal").Length;
            store.Commit(Delta(first, second));
            copy.Write(File.ReadAllBytes(_file.Path)); // the file as a crash of the machine leaves it at this point
            var log = File.ReadAllBytes(_file.Path + "-wal");
            log.Length.Should().BeGreaterThan(whole);
            File.WriteAllBytes(copy.Path + "-wal", log[..^100]);
        }

        using var again = SqliteStore.Open(copy.Path);
        ShouldBe(again.Load().Table, first);
    }

    [Fact]
    public void Commit_DiskFull_ChangesNothingAndSaysSo()
    {
        var random = new RandomTable(5);
        var before = Table.Empty.With(random.Service("before"));
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(Delta(Table.Empty, before));
        }

        using var full = SqliteStore.Open(_file.Path, maxPages: 8);
        full.Invoking(store => store.Commit(Delta(before, random.Next(500)))).Should().Throw<StateException>().Which.IsFull.Should().BeTrue();
        ShouldBe(full.Load().Table, before);

        var after = before.With(before.Find("before")! with { Spec = random.ServiceSpec() });
        full.Commit(Delta(before, after)); // a change that fits
        ShouldBe(full.Load().Table, after);
    }

    /// <summary>The changes that lead from one table to another.</summary>
    internal static StateDelta Delta(Table before, Table after) => new()
    {
        Services = [.. before.Services.Keys.Union(after.Services.Keys).Select(name => new ServiceChange(name, before.Find(name), after.Find(name)))],
    };

    /// <summary>The store's own connection: a pragma applies to a single connection.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_connection")]
    private static extern ref SqliteConnection Connection(StateDatabase database);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_database")]
    private static extern ref StateDatabase Database(SqliteStore store);

    private static void ShouldBe(Table found, Table expected)
    {
        found.Services.Keys.Should().Equal(expected.Services.Keys);
        foreach (var (name, service) in expected.Services)
        {
            found.Services[name].Spec.Should().Be(service.Spec);
            found.Services[name].Backends.Values.Should().Equal(service.Backends.Values.Select(backend => backend with { Health = new BackendHealth(service.KeptVerdict(backend)) }));
        }

        found.Names.Should().BeEquivalentTo(expected.Names);
    }
}
