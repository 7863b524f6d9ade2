using Gorb.Ipvs.Files;

namespace Gorb.Ipvs.Tests.Files;

public sealed class FileHandlesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;
    private readonly string _link;

    public FileHandlesTests()
    {
        (_file, _link) = (_folder.File("file"), _folder.File("link"));
        File.WriteAllText(_file, "content");
        File.CreateSymbolicLink(_link, _file);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OpenWithoutLink_File_IsForDotNetsFunctions()
    {
        using var handle = FileHandles.OpenWithoutLink(_file);
        var content = new byte[7];

        RandomAccess.Read(handle, content, 0).Should().Be(7);
        File.SetUnixFileMode(handle, UnixFileMode.UserRead);

        content.Should().Equal("content"u8.ToArray());
        File.GetUnixFileMode(_file).Should().Be(UnixFileMode.UserRead);
    }

    [Fact]
    public void OpenWithoutLink_Link_IsRefused() =>
        FluentActions.Invoking(() => FileHandles.OpenWithoutLink(_link)).Should().Throw<IOException>().WithMessage($"{_link}: *symbolic links*");

    [Fact]
    public void OpenFolder_Folder_TakesPermissions()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;
        using var handle = FileHandles.OpenFolder(_folder.Path);

        File.SetUnixFileMode(handle, mode);

        File.GetUnixFileMode(_folder.Path).Should().Be(mode);
    }

    [Fact]
    public void OpenFolder_File_IsRefused() => FluentActions.Invoking(() => FileHandles.OpenFolder(_file)).Should().Throw<IOException>().WithMessage($"{_file}: Not a directory");

    [Fact]
    public void TryReserve_File_TakesSpaceAndKeepsTheLength()
    {
        FileHandles.TryReserve(_file, 1 << 20).Should().BeTrue("the file systems of test machines can reserve");

        FileStatus.Of(_file)!.Value.Length.Should().Be(7);
    }

    [Fact]
    public void TryReserve_MoreThanTheDiskHas_IsFalse() => FileHandles.TryReserve(_file, long.MaxValue / 2).Should().BeFalse();

    [Fact]
    public void TryReserve_LinkOrNothing_IsFalse()
    {
        FileHandles.TryReserve(_link, 4096).Should().BeFalse();
        FileHandles.TryReserve(_folder.File("none"), 4096).Should().BeFalse();
    }

    [Fact]
    public void TryReserve_NoSpace_IsAnError() => FluentActions.Invoking(() => FileHandles.TryReserve(_file, 0)).Should().Throw<ArgumentOutOfRangeException>();
}
