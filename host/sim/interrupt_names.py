"""Names of the chip's 76 interrupt lines, in their order, as the vendor's device header has them."""

INTERRUPTS = (
    *("SMU_SECURE", "SMU_S_PRIVILEGED", "SMU_NS_PRIVILEGED", "EMU"),
    *("TIMER0", "TIMER1", "TIMER2", "TIMER3", "TIMER4"),
    *("USART0_RX", "USART0_TX", "EUSART0_RX", "EUSART0_TX", "EUSART1_RX", "EUSART1_TX"),
    *("MVP", "ICACHE0", "BURTC", "LETIMER0", "SYSCFG", "MPAHBRAM", "LDMA"),
    *("LFXO", "LFRCO", "ULFRCO", "GPIO_ODD", "GPIO_EVEN", "I2C0", "I2C1", "EMUDG"),
    *("AGC", "BUFC", "FRC_PRI", "FRC", "MODEM", "PROTIMER", "RAC_RSM", "RAC_SEQ"),
    *("HOSTMAILBOX", "SYNTH", "ACMP0", "ACMP1", "WDOG0", "WDOG1"),
    *("HFXO0", "HFRCO0", "HFRCOEM23", "CMU", "AES", "IADC", "MSC", "DPLL0", "EMUEFP", "DCDC", "PCNT0"),
    *("SW0", "SW1", "SW2", "SW3", "KERNEL0", "KERNEL1", "M33CTI0", "M33CTI1", "FPUEXH"),
    *("SETAMPERHOST", "SEMBRX", "SEMBTX", "SYSRTC_APP", "SYSRTC_SEQ", "KEYSCAN"),
    *("RFECA0", "RFECA1", "VDAC0", "VDAC1", "AHB2AHB0", "AHB2AHB1"),
)
