namespace ILGPU;

/// <summary>Fences. Memory is sequentially consistent here, so they do nothing, and they order nothing for the race checks either.</summary>
public static class MemoryFence
{
    public static void GroupLevel()
    {
    }

    public static void DeviceLevel()
    {
    }

    public static void SystemLevel()
    {
    }
}
