namespace Gorb.KernelTests.Lab;

/// <summary>A small disk with a file system, mounted until it is disposed.</summary>
internal sealed class LoopDisk : IDisposable
{
    private static int _last;
    private readonly string _image = $"/dev/shm/gorb-disk{Interlocked.Increment(ref _last)}";
    private readonly string _mountPoint;

    /// <param name="mountPoint">The mount point.</param>
    /// <param name="fileSystem">ext4, or tmpfs, which is in memory.</param>
    public LoopDisk(string mountPoint, string fileSystem = "ext4")
    {
        _mountPoint = mountPoint;
        if (fileSystem == "tmpfs")
        {
            Shell.Run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", _mountPoint);
            return;
        }

        Shell.Run("modprobe", "-a", "loop", "ext4");
        Shell.Run("truncate", "-s", "16M", _image);
        Shell.Run("mkfs.ext4", "-q", _image);
        Mount();
    }

    private string Snapshot => _image + ".copy";

    /// <summary>Saves the current content of the disk, without data that the kernel has not written yet.</summary>
    public void TakeSnapshot() => File.Copy(_image, Snapshot);

    /// <summary>Restores the saved content, as after a power cut.</summary>
    public void RestoreSnapshot()
    {
        Shell.Run("umount", _mountPoint);
        File.Move(Snapshot, _image, overwrite: true);
        Mount();
    }

    public void Dispose()
    {
        Shell.Run("umount", _mountPoint);
        File.Delete(_image);
        File.Delete(Snapshot);
    }

    private void Mount() => Shell.Run("mount", "-o", "loop", _image, _mountPoint);
}
