namespace Gorb.Start;

/// <summary>Work that a start needs in a moment, done on another processor meanwhile.</summary>
internal static class Prefetch
{
    /// <summary>
    /// Makes a value that is kept where it is made: whoever needs it finds it, or waits for the rest, or makes it. That one also finds out what is
    /// wrong with it, so that nobody looks at exceptions here.
    /// </summary>
    public static void Do<T>(Func<T> make) => _ = Task.Run(make);

    /// <summary>Makes a value on another processor.</summary>
    /// <returns>Gives the value, or what went wrong with it, and keeps it no longer; so it can be asked once.</returns>
    public static Func<T> Begin<T>(Func<T> make)
    {
        var making = Task.Run(make);
        return () => Interlocked.Exchange(ref making, null!).GetAwaiter().GetResult();
    }
}
