using System.Buffers.Binary;
using Gorb.Model;
using Gorb.State;
using Gorb.Tests.Api;

namespace Gorb.Tests.State;

/// <summary>An unusable file ends the start with an error that says what to do, and stays unchanged.</summary>
public sealed class UnusableFileTests : IDisposable
{
    private readonly TemporaryFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Open_FileInUse_IsRefused()
    {
        using var store = SqliteStore.Open(_file.Path);

        Opening().Should().Throw<StateException>().WithMessage("*in use by another process*--state*");
    }

    [Fact]
    public void Open_FileOfALaterVersion_IsRefusedAndLeftUntouched()
    {
        using (SqliteStore.Open(_file.Path))
        {
        }

        var content = File.ReadAllBytes(_file.Path);
        content[63]++; // the low byte of user_version
        _file.Write(content);

        ShouldRefuseUntouched("*later version*");
    }

    [Theory]
    [InlineData("not a database at all")]
    [InlineData("SQLite format 3\0 and then no header")]
    public void Open_FileThatIsNoDatabase_IsRefusedAndLeftUntouched(string content)
    {
        _file.Write(System.Text.Encoding.UTF8.GetBytes(content));

        ShouldRefuseUntouched("*damaged*mv *");
    }

    [Fact]
    public void Open_DamagedPage_IsRefusedAndLeftUntouched()
    {
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(SqliteStoreTests.Delta(Table.Empty, new RandomTable(3).Next(300)));
        }

        var content = File.ReadAllBytes(_file.Path);
        var page = BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan(16)); // the page size (SQLite File Format, 1.3)
        content.AsSpan(2 * page, page).Fill(0xA5);
        _file.Write(content);

        ShouldRefuseUntouched("*damaged*mv *");
    }

    [Fact]
    public void Open_DatabaseOfAnotherProgram_IsRefusedAndLeftUntouched()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file.Path)!);
        Sqlite.Run(_file.Path, "CREATE TABLE theirs (x)");

        ShouldRefuseUntouched("*another program*");
    }

    [Fact]
    public void Load_RowThatCannotBeRead_SaysDamaged()
    {
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(SqliteStoreTests.Delta(Table.Empty, new RandomTable(3).Next(3)));
        }

        Sqlite.Run(_file.Path, "UPDATE service SET spec = '{\"key\": \"tcp/nowhere\"}'");

        using var again = SqliteStore.Open(_file.Path);
        again.Invoking(store => store.Load()).Should().Throw<StateException>().WithMessage("*damaged*tcp/nowhere*");
    }

    [Fact]
    public async Task Stop_AfterAStartThatCouldNotReadTheFile_HasNothingToEnd()
    {
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(SqliteStoreTests.Delta(Table.Empty, new RandomTable(3).Next(3)));
        }

        Sqlite.Run(_file.Path, "UPDATE service SET spec = '{\"key\": \"tcp/nowhere\"}'");
        var daemon = new TestDaemon { State = _file.Path };

        await daemon.Invoking(async it => await it.InitializeAsync()).Should().ThrowAsync<StateException>();
        await daemon.Invoking(async it => await it.DisposeAsync()).Should().NotThrowAsync();
    }

    [Fact]
    public void Open_PathThatIsADirectory_SaysWhatToDo()
    {
        Directory.CreateDirectory(_file.Path);

        Opening().Should().Throw<StateException>().WithMessage("*cannot be *--state*");
    }

    private Action Opening() => () =>
    {
        using var store = SqliteStore.Open(_file.Path);
        store.Load();
    };

    private void ShouldRefuseUntouched(string message)
    {
        var before = _file.Everything();

        Opening().Should().Throw<StateException>().WithMessage(message);

        var after = _file.Everything();
        before.Should().NotBeEmpty().And.OnlyContain(file => after[file.Key].SequenceEqual(file.Value));
    }
}
