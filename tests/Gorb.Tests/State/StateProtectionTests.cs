using Gorb.Model;
using Gorb.State;

namespace Gorb.Tests.State;

/// <summary>The owner of the state file, and the permissions of other users.</summary>
public sealed class StateProtectionTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder = Private | UnixFileMode.UserExecute;
    private readonly TemporaryFile _file = new();

    private string Directory => Path.GetDirectoryName(_file.Path)!;

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Open_NewFile_IsForThisUserAlone()
    {
        using var store = SqliteStore.Open(_file.Path);
        store.Commit(SqliteStoreTests.Delta(Table.Empty, new RandomTable(1).Next(3)));

        Modes().Should().Equal(new Dictionary<string, UnixFileMode> { ["gorb.db"] = Private, ["gorb.db-wal"] = Private });
        File.GetUnixFileMode(Directory).Should().Be(Folder);
    }

    [Fact]
    public void Open_FilesAndFolderThatOthersMayRead_AreTightened()
    {
        using (var store = SqliteStore.Open(_file.Path))
        {
            store.Commit(SqliteStoreTests.Delta(Table.Empty, new RandomTable(1).Next(3)));
            File.Copy(_file.Path + "-wal", _file.Path + "-wal.kept");
        }

        File.Move(_file.Path + "-wal.kept", _file.Path + "-wal");
        foreach (var path in (string[])[_file.Path, _file.Path + "-wal"])
        {
            File.SetUnixFileMode(path, Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        File.SetUnixFileMode(Directory, Folder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        using var again = SqliteStore.Open(_file.Path);

        Modes().Values.Should().OnlyContain(mode => mode == Private);
        File.GetUnixFileMode(Directory).Should().Be(Folder);
    }

    [Fact]
    public void Open_FolderWithOtherThings_KeepsItsPermissions()
    {
        var mode = Folder | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        System.IO.Directory.CreateDirectory(Directory);
        File.WriteAllText(Path.Combine(Directory, "notes"), "");
        File.SetUnixFileMode(Directory, mode);

        using var store = SqliteStore.Open(_file.Path);

        File.GetUnixFileMode(Directory).Should().Be(mode);
    }

    [Theory]
    [InlineData("", UnixFileMode.OtherWrite)]
    [InlineData("", UnixFileMode.GroupWrite)]
    [InlineData("-wal", UnixFileMode.OtherWrite)]
    public void Open_FileThatOthersMayWrite_IsRefusedWithTheRemedy(string suffix, UnixFileMode mode)
    {
        SqliteStore.Open(_file.Path).Dispose();
        File.AppendAllText(_file.Path + suffix, "");
        File.SetUnixFileMode(_file.Path + suffix, Private | mode);

        Opening().Should().Throw<StateException>().WithMessage($"*{_file.Path}{suffix} can be written by others (mode 6*chmod 600 {_file.Path}{suffix}*--state*");
    }

    [Fact]
    public void Open_Link_IsRefusedWithTheRemedy()
    {
        SqliteStore.Open(_file.Path).Dispose();
        File.Move(_file.Path, _file.Path + ".real");
        File.CreateSymbolicLink(_file.Path, _file.Path + ".real");

        Opening().Should().Throw<StateException>().WithMessage($"*{_file.Path} is a symbolic link*--state*");
    }

    private Action Opening() => () => SqliteStore.Open(_file.Path).Dispose();

    private Dictionary<string, UnixFileMode> Modes() =>
        System.IO.Directory.GetFiles(Directory).Order().ToDictionary(path => Path.GetFileName(path), File.GetUnixFileMode);
}
