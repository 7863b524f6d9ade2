using Gorb.Ipvs.Files;
using Gorb.Ipvs.Processes;

namespace Gorb.Ipvs.Tests.Files;

public sealed class FileStatusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;
    private readonly string _link;

    public FileStatusTests()
    {
        (_file, _link) = (_folder.File("file"), _folder.File("link"));
        File.WriteAllText(_file, "seven b");
        File.CreateSymbolicLink(_link, _file);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_File_SaysWhatItIs()
    {
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.GroupWrite);
        File.SetLastWriteTimeUtc(_file, DateTime.UnixEpoch.AddSeconds(1.5));

        var status = FileStatus.Of(_file)!.Value;

        status.Should().BeEquivalentTo(new { IsRegularFile = true, IsLink = false, Owner = CurrentUser.Id, Length = 7L, Written = 1_500_000_000L });
        status.Permissions.Should().Be(UnixFileMode.UserRead | UnixFileMode.GroupWrite);
        status.Changed.Should().BeGreaterThan(status.Written);
    }

    [Fact]
    public void Of_Link_IsTheFileItLeadsTo() => FileStatus.Of(_link).Should().Be(FileStatus.Of(_file));

    [Fact]
    public void OfLink_Link_IsTheLink()
    {
        var status = FileStatus.OfLink(_link)!.Value;

        (status.IsLink, status.IsRegularFile).Should().Be((true, false));
        status.Inode.Should().NotBe(FileStatus.Of(_file)!.Value.Inode);
    }

    [Fact]
    public void Of_Folder_IsNoRegularFile() => FileStatus.Of(_folder.Path)!.Value.IsRegularFile.Should().BeFalse();

    [Fact]
    public void Of_ReplacedFile_HasAnotherIdentity()
    {
        var before = FileStatus.Of(_file)!.Value;
        File.WriteAllText(_folder.File("new"), "seven b");
        File.Move(_folder.File("new"), _file, overwrite: true);

        FileStatus.Of(_file)!.Value.Inode.Should().NotBe(before.Inode);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("file/below")]
    public void Of_NothingThere_IsNull(string name) => FileStatus.Of(_folder.File(name)).Should().BeNull();

    [Fact]
    public void Of_NameThatIsTooLong_ThrowsWithThePath()
    {
        var path = _folder.File(new string('n', 300));

        FluentActions.Invoking(() => FileStatus.Of(path)).Should().Throw<IOException>().WithMessage($"{path}: *too long*");
    }

    [Fact]
    public void Of_ZeroByte_IsRefused() => FluentActions.Invoking(() => FileStatus.Of("/etc\0/passwd")).Should().Throw<ArgumentException>();
}
