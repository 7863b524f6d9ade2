using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Files;

/// <summary>
/// Lets an open SQLite database flush its write-ahead log with fdatasync(2), as SQLite itself does where it is built to. The daemon's SQLite package is built without it and calls fsync(2),
/// which also waits for the file's times: a commit in the journal of the file system for every commit, although the log is overwritten in place. What a commit promises is the same, and
/// so is what SQLite does when the flush fails, because it calls this in place of its own function.
/// </summary>
internal sealed unsafe class SqliteLogSync : IDisposable
{
    /// <summary>sqlite3.h: SQLITE_OK, SQLITE_IOERR_FSYNC, SQLITE_FCNTL_JOURNAL_POINTER.</summary>
    private const int Ok = 0;
    private const int SyncFailed = 1034;
    private const int JournalPointer = 28;

    /// <summary>The version of sqlite3_io_methods that <see cref="Methods"/> describes. SQLite only appends to it.</summary>
    private const int MethodsVersion = 3;

    private readonly SafeHandle _database;
    private readonly SafeFileHandle _log;
    private readonly OpenFile* _file;
    private readonly Methods* _original;
    private readonly OwnMethods* _own;

    private SqliteLogSync(SafeHandle database, SafeFileHandle log, OpenFile* file)
    {
        (_database, _log) = (database, log);
        _file = file;
        _original = file->Methods;
        _own = (OwnMethods*)NativeMemory.Alloc((nuint)sizeof(OwnMethods));
        _own->Methods = *_original;
        _own->Methods.Version = MethodsVersion;
        _own->Methods.Sync = &Flush;
        _own->First = _original->Sync;
        _own->Descriptor = (int)log.DangerousGetHandle(); // it stays open until the methods are the original ones again
        file->Methods = &_own->Methods;
    }

    /// <summary>Attaches to the log of a database. Its connection must be idle, have read from the file, and stay in the mode of a write-ahead log.</summary>
    /// <param name="database">An open sqlite3*.</param>
    /// <param name="log">The path of the log.</param>
    /// <returns>Null when SQLite cannot be served; it goes on with fsync.</returns>
    public static SqliteLogSync? TryAttach(SafeHandle database, string log)
    {
        var file = LogOf(database);
        if (file is null || file->Methods is null || file->Methods->Version < MethodsVersion || Open(log) is not { } handle)
        {
            return null;
        }

        return new SqliteLogSync(database, handle, file);
    }

    /// <summary>Detaches, before the database is closed.</summary>
    public void Dispose()
    {
        if (_log.IsClosed)
        {
            return;
        }

        if (LogOf(_database) == _file && _file->Methods == &_own->Methods)
        {
            _file->Methods = _original;
        }

        _log.Dispose();
        NativeMemory.Free(_own);
    }

    private static SafeFileHandle? Open(string path)
    {
        try
        {
            return FileHandles.OpenWithoutLink(path); // SQLite locks the file, not its log: closing the log releases no lock
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static OpenFile* LogOf(SafeHandle database)
    {
        OpenFile* file = null;
        return SqliteFile.Control(database, JournalPointer, &file) ? file : null;
    }

    /// <summary>The first flush is SQLite's own, which also flushes the folder's entry of a new log.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Flush(OpenFile* file, int flags)
    {
        var own = (OwnMethods*)file->Methods;
        if (own->First is null)
        {
            return fdatasync(own->Descriptor) == 0 ? Ok : SyncFailed;
        }

        var result = own->First(file, flags);
        if (result == Ok)
        {
            own->First = null;
        }

        return result;
    }

    /// <summary>The public part of sqlite3_file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenFile
    {
        public Methods* Methods;
    }

    /// <summary>sqlite3_io_methods: the version and 18 functions, of which xSync is the fifth.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        public int Version;
        public fixed ulong Before[4];
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
        public fixed ulong After[13];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OwnMethods
    {
        public Methods Methods;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> First;
        public int Descriptor;
    }
}
